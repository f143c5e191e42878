import { readFileSync } from 'node:fs';
import { readConfig } from '@latchbox/server/src/config.ts';
import { DEFAULT_TIMINGS } from '@latchbox/client';
import { DEFAULT_TIMES, ERRORS } from '@latchbox/shared';
import { expect, test } from 'vitest';
import { PRINTED_PAGES, printPage, words } from '../tools/settings-doc.ts';

const pages = PRINTED_PAGES.map((path) => readFileSync(path, 'utf8'));
const [SETTINGS = '', DEFAULTS = '', ERROR_PAGE = ''] = pages;

test('the printed tables are current; "node test/tools/settings-doc.ts" prints them anew', () => {
  for (const page of pages) expect(printPage(page)).toBe(page);
});

test('every setting stands in the reference with a meaning', () => {
  for (const name of Object.keys(readConfig({})))
    expect(SETTINGS, name).toMatch(new RegExp(`^\\| \`${name}\` \\| .*\\| \\S.* \\|`, 'm'));
});

test('the figures that docs/defaults.md names are those of the code', () => {
  for (const [name, ms] of Object.entries(DEFAULT_TIMES))
    expect(DEFAULTS, name).toMatch(new RegExp(`\`${name}\`, ${words(ms)}`));
  const config = readConfig({});
  const figures: Readonly<Record<string, string>> = {
    TYPING_EVERY_MS: words(config.TYPING_EVERY_MS),
    TYPING_EXPIRES_MS: words(config.TYPING_EXPIRES_MS),
    PRESENCE_BEAT_MS: words(config.PRESENCE_BEAT_MS),
    PING_INTERVAL_MS: words(config.PING_INTERVAL_MS),
    PING_TIMEOUT_MS: words(config.PING_TIMEOUT_MS),
    ACCESS_TOKEN_MINUTES: `${config.ACCESS_TOKEN_MINUTES} min`,
    REFRESH_DAYS: `${config.REFRESH_DAYS} days`,
    DRAIN_MS: words(config.DRAIN_MS),
    MAX_LOCKS: String(config.MAX_LOCKS),
    'timings.ackTimeout': words(DEFAULT_TIMINGS.ackTimeout),
    'timings.connectTimeout': words(DEFAULT_TIMINGS.connectTimeout),
    'timings.draftDelay': words(DEFAULT_TIMINGS.draftDelay),
    'timings.leaseLinger': words(DEFAULT_TIMINGS.leaseLinger),
  };
  // A figure stands right before its name: "3 s (`TYPING_EVERY_MS`)", or a few words before it.
  for (const [name, figure] of Object.entries(figures))
    expect(DEFAULTS.replaceAll(/\s+/g, ' '), name).toMatch(
      new RegExp(`\\b${figure}\\b[^.;]{0,60}\\(\`${name}\``),
    );
  expect(DEFAULTS).toContain(`within ${words(config.PING_INTERVAL_MS + config.PING_TIMEOUT_MS)}`);
  expect(DEFAULTS).toContain(`at most ${words(2 * config.PRESENCE_BEAT_MS)}`);
});

test('every error code has its meaning and its cure, and no other has', () => {
  const cures = [
    ...ERROR_PAGE.slice(ERROR_PAGE.indexOf('## What to do')).matchAll(
      /^\| `(\w+)` \| (\S.*) \| (\S.*) \|$/gm,
    ),
  ];
  expect(cures.map(([, code]) => code)).toEqual(Object.keys(ERRORS));
});
