import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFinds, endFading } from './axe.ts';
import { openStage, type Stage } from './chromium.ts';
import { openStates, type StatesPage } from './states-page.ts';

/** SCREENSHOTS=1 takes a picture of each, for whoever wants to look at them: `test/.output/screenshots/states`. */
const shoots = process.env['SCREENSHOTS'] === '1';

/** Each row of the collision table, and what else a conversation can look like. */
const STATES = [
  'free',
  'mine',
  'theirs',
  'theirs-asked',
  'asked',
  'lost',
  'taken',
  'moved-on',
  'fenced',
  'not-sent',
  'sent',
  'elsewhere',
  'waiting',
  'i-asked',
  'ask-form',
  'turn',
  'reserved',
  'handed-to-me',
  'asked-for',
  'handing-over',
  'hand-form',
  'taken-over',
  'passed-elsewhere',
  'reconnecting',
  'checking',
  'offline',
  'news',
  'html',
  'undelivered',
  'each-recipient',
  'held',
  'snoozed',
  'compose',
  'compose-held',
  'compose-refused',
  'empty',
  'failed',
  'loading',
] as const;
/** What these states show a moment after the page stands. */
const LATER: Readonly<Partial<Record<(typeof STATES)[number], string>>> = {
  // A mail's own form is a frame.
  html: '.html-frame',
  // What is quick shows no sign of waiting.
  loading: '.messages-skeleton',
};
const WIDTHS = [1280, 900, 390] as const;
/** These show all that there is: the columns at the width between, and in the dark, whose colours are the same at any width. */
const FULL: readonly string[] = ['free', 'theirs', 'html'];

let pages: StatesPage;
let stage: Stage;
beforeAll(async () => {
  pages = await openStates();
  stage = await openStage('states');
}, 60_000);
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await pages[Symbol.asyncDispose]();
});

/** Takes the colours of the other scheme, each as it is in the end. */
async function wear(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await endFading(page);
}

/** What axe finds in a state that stands, at one width: everything in the light, and in the dark what depends on colours, as all else is the same. */
async function look(page: Page, state: string, width: (typeof WIDTHS)[number]): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    // The dark has the same colours at any width.
    if (theme === 'dark' && width === 390 && !FULL.includes(state)) continue;
    await wear(page, theme);
    if (shoots && width !== 900) await stage.shoot(page, `${state}-${width}-${theme}`);
    const lines = await axeFinds(page, theme === 'dark' ? 'colours' : 'all');
    found.push(...lines.map((line) => `${state} ${theme} ${width}: ${line}`));
  }
  await wear(page, 'light');
  return found;
}

test('axe finds nothing in any state, in the light and in the dark, at three widths', async () => {
  const page = await stage.person('reader');
  const found: string[] = [];
  for (const state of STATES) {
    for (const width of WIDTHS) {
      if (width === 900 && !FULL.includes(state)) continue;
      await page.setViewportSize({ width, height: width === 390 ? 844 : 820 });
      if (width === WIDTHS[0]) await pages.show(page, state);
      const later = LATER[state];
      if (later !== undefined) await page.locator(later).waitFor();
      found.push(...(await look(page, state, width)));
    }
  }
  expect(found).toEqual([]);
  expect(stage.errors).toEqual([]);
}, 400_000);
