import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { eventually } from '../tools/eventually.ts';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

const RULES = {
  all: {},
  colours: { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } },
} as const;

/** Brings everything that fades or moves to its end, and what that sets going too: colours half-way are nobody's. */
export async function endFading(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (let round = 0; round < 10; round += 1) {
      const fading = document
        .getAnimations()
        .filter(
          ({ playState, effect }) =>
            playState === 'running' && Number.isFinite(effect?.getComputedTiming().endTime),
        );
      if (fading.length === 0) return;
      for (const one of fading) one.finish();
    }
  });
}

/** What was closed and still fades; the guards of its focus stand around it until it is gone, hidden and yet to be reached. */
const CLOSING = '[data-ending-style], [data-base-ui-focus-guard] + [data-closed]';

/** Waits until the page stands still: nothing on it is opening or closing. */
async function settle(page: Page): Promise<void> {
  await eventually('what is closing on the page is gone', async () => {
    await endFading(page);
    return (await page.locator(CLOSING).count()) === 0;
  });
}

/** What axe finds on a page that stands still, one line for each place; empty: nothing. `colours`: only by what depends on them. */
export async function axeFinds(page: Page, look: 'all' | 'colours' = 'all'): Promise<readonly string[]> {
  await settle(page);
  // Put there by the browser itself: the page's rules forbid scripts that are not its own.
  if (await page.evaluate(() => !('axe' in globalThis))) await page.evaluate(axe.source);
  const violations = await page.evaluate(async (rules) => {
    const { axe: inside } = globalThis as unknown as {
      axe: { run(context: object, options: object): Promise<{ violations: Violation[] }> };
    };
    // Frames hold the HTML of strangers, without scripts: axe can not look into them.
    // Only what is wrong is told at length: to describe all that is right takes most of the time.
    const options = { iframes: false, resultTypes: ['violations'], ...rules };
    const { violations: found } = await inside.run({ exclude: [['iframe']] }, options);
    return found;
  }, RULES[look]);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id}: ${target.join(' ')} ${failureSummary?.replaceAll(/\s+/g, ' ') ?? ''}`,
    ),
  );
}
