/**
 * The frame in which the page shows the HTML of mails, as the last of three walls: here the first one, the cleaning at the
 * server, is taken away, and every attack reaches the page as it was written.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { htmlAttacks } from '@latchbox/server/src/channels/email/html/testing/attacks.ts';
import { openStage, type Stage } from './chromium.ts';
import { openStates, type StatesPage } from './states-page.ts';

/** As many mails as one conversation shows at once here. */
const BATCH = 40;

let pages: StatesPage;
let stage: Stage;
let page: Page;
/** Whatever left the page for somewhere else. */
let out: string[] = [];
const opened: string[] = [];

beforeAll(async () => {
  pages = await openStates();
  stage = await openStage('mail-frame');
  page = await stage.person('reader');
  await page.context().route('**/*', async (route) => {
    const url = route.request().url();
    if (url.startsWith(pages.url)) return await route.continue();
    out.push(url);
    return await route.abort();
  });
  page.on('dialog', (dialog) => void dialog.dismiss());
  page.context().on('page', (popup) => void opened.push(popup.url()));
}, 60_000);
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await pages[Symbol.asyncDispose]();
});

/** In the page: these mails come in, one after the other, and are shown formatted. */
async function arrive(letters: readonly { html: string; remoteImages?: number }[]): Promise<void> {
  const view = globalThis as unknown as {
    hits: unknown[];
    hit: (what: unknown) => void;
    latchbox: {
      server: { customerWrites(id: string, body: string, mail: object): void; flush(): Promise<void> };
    };
  };
  view.hits = [];
  view.hit = (what) => view.hits.push(what);
  for (const letter of letters) view.latchbox.server.customerWrites('rosa', 'As text', letter);
  await view.latchbox.server.flush();
}

/** In the page: how many mails stand there, loaded. */
const shownFrames = () =>
  Array.from(document.querySelectorAll<HTMLIFrameElement>('iframe.html-frame')).filter(
    ({ contentDocument: inside }) => inside?.readyState === 'complete' && inside.URL.includes('/mail-frame'),
  ).length;

/** In the page: does in every frame what a reader's hands could do there, and tells what ran. */
async function touch(): Promise<{ hits: readonly unknown[]; title: string; frames: number }> {
  const frames = Array.from(document.querySelectorAll<HTMLIFrameElement>('iframe.html-frame'));
  for (const { contentDocument } of frames) {
    for (const element of contentDocument?.body.querySelectorAll('*') ?? []) {
      for (const type of [
        'pointerenter',
        'mouseover',
        'focus',
        'toggle',
        'animationstart',
        'load',
        'error',
      ]) {
        element.dispatchEvent(new Event(type, { bubbles: true }));
      }
      if (element.closest('a[href], area[href]') === null) (element as HTMLElement).click?.();
    }
  }
  await new Promise((done) => setTimeout(done, 150));
  const { hits } = globalThis as unknown as { hits: unknown[] };
  return { hits, title: document.title, frames: frames.length };
}

test('T5: of attacks that nobody cleaned nothing runs in the frame, and nothing leaves the browser', {
  timeout: 240_000,
}, async () => {
  const attacks = htmlAttacks();
  for (let from = 0; from < attacks.length; from += BATCH) {
    const batch = attacks.slice(from, from + BATCH);
    await pages.show(page, 'html');
    out = [];
    await expect.poll(() => page.evaluate(shownFrames), { timeout: 20_000 }).toBe(1);
    await page.evaluate(
      arrive,
      batch.map(({ html }) => ({ html })),
    );
    await expect.poll(() => page.evaluate(shownFrames), { timeout: 20_000 }).toBe(1 + batch.length);
    const { hits, title } = await page.evaluate(touch);
    const kinds = [...new Set(batch.map(({ kind }) => kind))].join(', ');
    expect({ hits, out, opened, url: new URL(page.url()).origin, title }, kinds).toEqual({
      hits: [],
      out: [],
      opened: [],
      url: pages.url,
      title: 'Cracked element, KS-3 — Latchbox',
    });
  }
  expect(stage.errors).toEqual([]);
});

test('T5: images of others are asked for through the server once somebody wanted them, those of that mail alone', async () => {
  await pages.show(page, 'html');
  out = [];
  const html = (name: string) =>
    `<p>Hello</p><img src="https://elsewhere.example/${name}.png"><div style="background:url(https://elsewhere.example/${name}-bg.png)">x</div><link rel="stylesheet" href="https://elsewhere.example/${name}.css"><style>@import url(https://elsewhere.example/${name}-import.css);</style>`;
  await page.evaluate(arrive, [
    { html: html('one'), remoteImages: 2 },
    { html: html('two'), remoteImages: 2 },
  ]);
  const messages = page.getByRole('article', { name: 'Message from Rosa Achterberg' });
  const last = messages.last();
  await last.getByText('2 images are not shown.').waitFor();
  await page.waitForTimeout(300);
  expect(out).toEqual([]);
  await last.getByRole('button', { name: 'Show images' }).click();
  await last.getByText('2 images are not shown.').waitFor({ state: 'detached' });
  const sources = () =>
    page.evaluate(() =>
      Array.from(document.querySelectorAll<HTMLIFrameElement>('iframe.html-frame'))
        .slice(-2)
        .map(({ contentDocument: inside }) => inside?.querySelector('img')?.getAttribute('src')),
    );
  await expect
    .poll(sources, { timeout: 10_000 })
    .toEqual(['https://elsewhere.example/one.png', 'fake://inbox/files/images/elsewhere.example/two.png']);
  await page.waitForTimeout(300);
  expect(out).toEqual([]);
});

test('links of a mail open in a tab of their own that knows nothing of this one', async () => {
  await pages.show(page, 'html');
  const frame = page.frameLocator('iframe.html-frame').last();
  const link = frame.getByRole('link', { name: 'Our class on Thursday' });
  expect(await link.getAttribute('target')).toBe('_blank');
  expect(await link.getAttribute('rel')).toContain('noopener');
  const [popup] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
  expect(await popup.evaluate(() => window.opener)).toBeNull();
  await popup.close();
  expect(new URL(page.url()).origin).toBe(pages.url);
});
