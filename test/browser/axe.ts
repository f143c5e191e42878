import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

/** What axe finds on a page, one line for each place; empty: nothing. */
export async function axeFinds(page: Page): Promise<readonly string[]> {
  // Put there by the browser itself: the page's rules forbid scripts that are not its own.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: inside } = globalThis as unknown as {
      axe: { run(context: object, options: object): Promise<{ violations: Violation[] }> };
    };
    // Frames hold the HTML of strangers, without scripts: axe can not look into them.
    const { violations: found } = await inside.run({ exclude: [['iframe']] }, { iframes: false });
    return found;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id}: ${target.join(' ')} ${failureSummary?.replaceAll(/\s+/g, ' ') ?? ''}`,
    ),
  );
}
