import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFinds } from './axe.ts';
import { openStage, type Stage } from './chromium.ts';
import { openStates, type StatesPage } from './states-page.ts';

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
  'held',
  'snoozed',
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
/** Between the other two widths only the columns differ: these states show all of their contents. */
const AT_900: readonly string[] = ['free', 'theirs', 'html'];

/** How a lock goes from one to the other. */
const PASSING: readonly string[] = [
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
];

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
        if (width === 900 && !AT_900.includes(state)) continue;
        // What is new in these stands in the bar, which is the same in the dark at any width.
        if (dark && width === 390 && PASSING.includes(state)) continue;
        await page.setViewportSize({ width, height: width === 390 ? 844 : 820 });
        if (width === WIDTHS[0]) await pages.show(page, state);
        const later = LATER[state];
        if (later !== undefined) await page.locator(later).waitFor();
        // Fading bars would be looked at half-way.
        await page.evaluate(() =>
          Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))),
        );
        if (width !== 900) await stage.shoot(page, `${state}-${width}`);
        found.push(...(await axeFinds(page)).map((line) => `${state} ${width}: ${line}`));
      }
    }
    expect(found).toEqual([]);
    expect(stage.errors).toEqual([]);
  },
  400_000,
);
