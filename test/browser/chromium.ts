/** Real Chromium for plays: contexts that are closed with the test, and screenshots into a folder that git ignores. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { repository } from '../tools/server-process.ts';

const SCREENSHOTS = join(repository, 'test/.output/screenshots');
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Stage extends AsyncDisposable {
  /** A person in front of a browser of their own. What goes wrong in its pages fails the test. */
  person(name: string, options?: { readonly width?: number; readonly dark?: boolean }): Promise<Page>;
  /** Another tab of the same browser, which shares its sign-in. */
  tab(of: Page, name: string): Promise<Page>;
  /** Takes a picture of a page: `<play>/<nn>-<what>-<person>.png`. */
  shoot(page: Page, what: string): Promise<void>;
  /** Runs a step of the play; when it fails, every page is shot as it stands. */
  step<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** Errors that the pages threw. */
  readonly errors: readonly string[];
}

/** Opens a stage for one play. */
export async function openStage(play: string): Promise<Stage> {
  const browser: Browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS });
  const names = new Map<Page, string>();
  const contexts: BrowserContext[] = [];
  const errors: string[] = [];
  const folder = join(SCREENSHOTS, play);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let shots = 0;
  const shoot = async (page: Page, what: string): Promise<void> => {
    shots += 1;
    const file = `${String(shots).padStart(2, '0')}-${what}-${names.get(page) ?? 'page'}.png`;
    await page.screenshot({ path: join(folder, file) });
  };
  const watch = (page: Page, name: string): Page => {
    page.on('pageerror', (error) => errors.push(`${name}: ${error.message}`));
    names.set(page, name);
    return page;
  };
  return {
    errors,
    shoot,
    tab: async (of, name) => watch(await of.context().newPage(), name),
    async step(what, work) {
      try {
        return await work();
      } catch (error) {
        for (const page of names.keys()) await shoot(page, `failed-${what}`);
        throw error;
      }
    },
    async person(name, { width = 1280, dark = false } = {}) {
      const context = await browser.newContext({
        viewport: { width, height: 820 },
        colorScheme: dark ? 'dark' : 'light',
        locale: 'en-GB',
      });
      contexts.push(context);
      return watch(await context.newPage(), name);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(contexts.map((context) => context.close()));
      await browser.close();
    },
  };
}
