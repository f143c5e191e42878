/** axe on every page that the web app has, by the app's own tables: a page that is new there is looked at here. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository, type ServerProcess, startServer } from '../tools/server-process.ts';
import { axeFinds, endFading } from './axe.ts';
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
const open = Object.keys((await table('app/open-pages.ts', 'OPEN_PAGES')) as object);
const views = (await table('app/place.ts', 'ACROSS')) as readonly string[];

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

/** What each page still waits for. */
const asking = new Map<Page, Set<unknown>>();

async function visitor(name: string): Promise<Page> {
  const page = await stage.person(name);
  const asked = new Set<unknown>();
  asking.set(page, asked);
  page.on('request', (request) => {
    if (!request.url().includes('/socket.io/')) asked.add(request);
  });
  page.on('requestfinished', (request) => asked.delete(request));
  page.on('requestfailed', (request) => asked.delete(request));
  return page;
}

/** Ms without a change after which a page stands. */
const STILL = 120;

/** Waits until nothing is asked for, changes or fades on the page any more. */
async function settled(page: Page): Promise<void> {
  do {
    await page.waitForFunction(() => document.querySelector('[aria-busy="true"], .skeleton') === null);
    await page.evaluate(
      (ms) =>
        new Promise<void>((done) => {
          const quiet = (): void => {
            watch.disconnect();
            done();
          };
          let still = setTimeout(quiet, ms);
          const watch = new MutationObserver(() => {
            clearTimeout(still);
            still = setTimeout(quiet, ms);
          });
          const all = { subtree: true, childList: true, attributes: true, characterData: true };
          watch.observe(document.body, all);
        }),
      STILL,
    );
    await endFading(page);
  } while ((asking.get(page)?.size ?? 0) > 0);
}

/** Goes there as a link within the page does. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
  await settled(page);
  await see(page.getByRole('heading', { level: 1 }));
}

/** The dark has the same colours at any width. */
const LOOKS = [
  { name: 'light', width: 1280, colorScheme: 'light', rules: 'all' },
  { name: 'dark', width: 1280, colorScheme: 'dark', rules: 'colours' },
  { name: 'phone', width: 380, colorScheme: 'light', rules: 'all' },
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

/** One address of each kind that the page links to below those of the tables: of users, of contacts, a form. */
async function below(page: Page, paths: readonly string[]): Promise<string[]> {
  const links = await page.locator('main a[href^="/settings/"]').all();
  const hrefs = await Promise.all(links.map((link) => link.getAttribute('href')));
  return hrefs.filter((href): href is string => href !== null && !paths.includes(href));
}

/** Led to by buttons. */
const FURTHER = ['/settings/users/invite'];

const kindOf = (path: string): string => path.replaceAll(/\/[a-z]+_[\w-]+/g, '/:id');

test('axe finds nothing on any page of the signed-in, in the light, in the dark and on a phone', async () => {
  const page = await visitor('admin');
  await signIn(page, server.url, demoAgent('Mara Okafor'));
  const paths = [
    ...settings.map((path) => `/settings/${path}`),
    ...[...signedIn, ...views].map((path) => `/${path}`),
    ...FURTHER,
  ];
  expect(settings.length).toBeGreaterThan(12);
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = async (path: string): Promise<void> => {
    if (seen.has(kindOf(path))) return;
    seen.add(kindOf(path));
    await go(page, path);
    if (await page.getByText('There is no such page').isVisible()) found.push(`${path}: is not there`);
    found.push(...(await look(page, path)));
    for (const further of await below(page, paths)) await visit(further);
  };
  for (const path of paths) await visit(path);
  // Whatever the navigation names is among them.
  const links = await page.getByRole('navigation', { name: 'Settings' }).getByRole('link').all();
  const named = await Promise.all(links.map((link) => link.getAttribute('href')));
  expect(named.filter((href) => href?.startsWith('/settings/') && !paths.includes(href))).toEqual([]);
  expect([...seen]).toEqual(expect.arrayContaining(['/settings/users/:id', '/settings/inboxes/new']));
  expect(found).toEqual([]);
  expect(stage.errors).toEqual([]);
}, 180_000);

test('axe finds nothing on any page that is open to everybody', async () => {
  const page = await visitor('stranger');
  const found: string[] = [];
  for (const path of ['', ...open]) {
    await page.goto(`${server.url}/${path}`);
    await settled(page);
    await see(page.getByRole('heading', { level: 1 }));
    found.push(...(await look(page, path === '' ? 'sign-in' : path)));
  }
  expect(found).toEqual([]);
  expect(stage.errors).toEqual([]);
}, 60_000);
