/** By keyboard alone: keys one after the other, and Tab until something is reached. */
import type { Page } from 'playwright-core';

/** Presses keys one after the other, as somebody does who looks at the page between them. */
export async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(60);
  }
}

/** What has the focus: its element, and its words. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement, body } = document;
    // Between the last and the first of the page it is at neither.
    if (activeElement === body) return '';
    const label = (activeElement as HTMLInputElement | null)?.labels?.[0]?.textContent;
    const words = activeElement?.getAttribute('aria-label') ?? label ?? activeElement?.textContent;
    return `${activeElement?.tagName} ${words ?? ''}`;
  });

/** How long it may take until what is to be reached is there, ms. */
const PATIENCE = 20_000;

/** Goes on by Tab, from the last of the page to its first, until something with these words has the focus, if nothing has it yet. */
export async function tabTo(page: Page, words: string): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!(await focused(page)).includes(words)) {
    if (performance.now() >= end) throw new Error(`Tab does not reach ${words}`);
    await page.keyboard.press('Tab');
  }
}
