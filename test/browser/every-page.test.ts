/** axe on every page that the web app has, by the app's own tables: a page that is new there is looked at here. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository, type ServerProcess, startServer } from '../tools/server-process.ts';
import { axeFinds } from './axe.ts';
import { openStage, type Stage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { see, signIn } from './inbox-page.ts';

/** SCREENSHOTS=1 takes a picture of each, for whoever wants to look at them: `test/.output/screenshots/every-page`. */
const shoots = process.env['SCREENSHOTS'] === '1';

const web = join(repository, 'server/web/src');
const table = async (file: string, name: string): Promise<unknown> =>
  ((await import(/* @vite-ignore */ join(web, file))) as Record<string, unknown>)[name];
const settings = ((await table('settings/pages.ts', 'SETTINGS')) as { path: string }[]).map(
  ({ path }) => path,
);
const signedIn = Object.keys((await table('app/signed-in-pages.ts', 'SIGNED_IN_PAGES')) as object);
const views = (await table('app/place.ts', 'ACROSS')) as readonly string[];

/** Further states of pages, which stand below the address of one in the tables. */
const BELOW = ['/settings/inboxes/new'];

let server: ServerProcess;
let stage: Stage;
beforeAll(async () => {
  server = await startServer({ env: { SMTP_PORT: '0' } });
  stage = await openStage('every-page');
}, 60_000);
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Waits until nothing changes or fades on the page any more. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"], .skeleton') === null);
  await page.evaluate(
    () =>
      new Promise<void>((done) => {
        const quiet = (): void => {
          watch.disconnect();
          done();
        };
        let still = setTimeout(quiet, 120);
        const watch = new MutationObserver(() => {
          clearTimeout(still);
          still = setTimeout(quiet, 120);
        });
        watch.observe(document.body, {
          subtree: true,
          childList: true,
          attributes: true,
          characterData: true,
        });
      }),
  );
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => undefined))),
  );
}

/** Goes there as a link within the page does; the first time it is loaded. */
async function open(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
  await see(page.getByRole('heading', { level: 1 }).or(page.getByRole('main')));
  await settled(page);
}

const LOOKS = [
  { name: 'light', width: 1280, colorScheme: 'light', rules: 'all' },
  { name: 'dark', width: 1280, colorScheme: 'dark', rules: 'colours' },
  { name: 'phone', width: 380, colorScheme: 'light', rules: 'all' },
  { name: 'phone-dark', width: 380, colorScheme: 'dark', rules: 'colours' },
] as const;

/** What is wrong with a page that stands, in every look. */
async function look(page: Page, what: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, width, colorScheme, rules } of LOOKS) {
    await page.setViewportSize({ width, height: 820 });
    await page.emulateMedia({ colorScheme });
    await settled(page);
    if (shoots) await stage.shoot(page, `${what.replaceAll('/', '_')}-${name}`);
    found.push(...(await axeFinds(page, rules)).map((line) => `${what} ${name}: ${line}`));
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth))
      found.push(`${what} ${name}: it is wider than the window`);
  }
  await page.setViewportSize({ width: 1280, height: 820 });
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

test('axe finds nothing on any page of the signed-in, in the light, in the dark and on a phone', async () => {
  const page = await stage.person('admin');
  await signIn(page, server.url, demoAgent('Mara Okafor'));
  const paths = [
    ...settings.map((path) => `/settings/${path}`),
    ...[...signedIn, ...views].map((path) => `/${path}`),
    ...BELOW,
  ];
  expect(settings.length).toBeGreaterThan(12);
  const found: string[] = [];
  for (const path of paths) {
    await open(page, path);
    if (await page.getByText('There is no such page').isVisible()) found.push(`${path}: is not there`);
    found.push(...(await look(page, path)));
  }
  // Every page that the navigation names is among them.
  await open(page, '/settings');
  const links = await page.getByRole('navigation', { name: 'Settings' }).getByRole('link').all();
  const named = await Promise.all(links.map((link) => link.getAttribute('href')));
  expect(named.filter((href) => href?.startsWith('/settings/') && !paths.includes(href))).toEqual([]);
  expect(found).toEqual([]);
  expect(stage.errors).toEqual([]);
}, 120_000);
