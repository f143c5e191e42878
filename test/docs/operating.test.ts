import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readConfig } from '@latchbox/server/src/config.ts';
import { expect, test } from 'vitest';
import { repository } from '../tools/server-process.ts';

const path = join(repository, 'docs/operating.md');
const page = readFileSync(path, 'utf8');
const metrics = readFileSync(join(repository, 'docs/metrics.md'), 'utf8');

test('docs/operating.md names only figures, settings, scripts and files that there are', () => {
  const figures = new Set([...page.matchAll(/\blatchbox_\w+/g)].map(([name]) => name));
  expect(figures.size).toBeGreaterThan(10);
  for (const figure of figures) expect(metrics, figure).toContain(`\`${figure.replace(/_bucket$/, '')}\``);

  const known = new Set([
    ...Object.keys(readConfig({})),
    ...readFileSync(join(repository, 'docs/settings.md'), 'utf8').match(/[A-Z_]{4,}/g)!,
  ]);
  const named = [...page.matchAll(/`([A-Z][A-Z_]{3,})(?:=[^`]*)?`/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !known.has(name))).toEqual([]);

  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    scripts: object;
  };
  for (const [, script = ''] of page.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty(script);
  for (const [, file = ''] of page.matchAll(/\]\(([^)]+)\)/g))
    expect(existsSync(join(dirname(path), file)), file).toBe(true);
  for (const [, file = ''] of page.matchAll(/node (test\/\S+\.ts)/g))
    expect(existsSync(join(repository, file)), file).toBe(true);
});
