import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFinds } from './axe.ts';
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

test.each([
  { theme: 'light', dark: false },
  { theme: 'dark', dark: true },
])(
  'axe finds nothing in any state, $theme, at three widths',
  async ({ theme, dark }) => {
    const page = await stage.person(theme, { dark });
    const found: string[] = [];
    for (const state of STATES) {
      for (const width of WIDTHS) {
        if ((width === 900 || (dark && width === 390)) && !FULL.includes(state)) continue;
        await page.setViewportSize({ width, height: width === 390 ? 844 : 820 });
        if (width === WIDTHS[0]) await pages.show(page, state);
        const later = LATER[state];
        if (later !== undefined) await page.locator(later).waitFor();
        // Fading bars would be looked at half-way.
        await page.evaluate(() =>
          Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))),
        );
        if (shoots && width !== 900) await stage.shoot(page, `${state}-${width}`);
        // The dark has other colours, and the same page.
        const lines = await axeFinds(page, dark ? 'colours' : 'all');
        found.push(...lines.map((line) => `${state} ${width}: ${line}`));
      }
    }
    expect(found).toEqual([]);
    expect(stage.errors).toEqual([]);
  },
  400_000,
);
