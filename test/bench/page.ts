/** The web inbox in Chromium, by the browser's own traces: a list of 100 000 conversations, and opening one from cache. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openStage } from '../browser/chromium.ts';
import { demoAgent } from '../browser/demo-agents.ts';
import { agentPage, see, signIn } from '../browser/inbox-page.ts';
import { DATABASE_FILE } from '../tools/seed.ts';
import { startServer } from '../tools/server-process.ts';
import { type BenchCase, type Measured, median } from './case.ts';
import { fillInbox } from './parts/many-conversations.ts';
import { type Traced, traced } from './parts/traced.ts';

const CONVERSATIONS = 100_000;
/** Budgets of the page, in ms. */
const FRAME = 50;
const OPEN = 100;
const WHEEL_STEPS = 240;
const OPENINGS = 20;

interface Figures {
  readonly arriving: Traced;
  readonly loaded: Traced;
  readonly opened: Traced;
}

/** Turns the wheel over the list, a notch a frame, as fast as a hand does. */
async function wheel(page: Page, notch: number): Promise<void> {
  const box = await page.locator('.list-rows').boundingBox();
  if (box === null) throw new Error('there is no list');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let step = 0; step < WHEEL_STEPS; step += 1) {
    await page.mouse.wheel(0, notch);
    await page.waitForTimeout(16);
  }
}

/** Loads page after page until the last conversation is there. */
async function loadAll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const scroller = document.querySelector('.list-rows');
    if (scroller === null) throw new Error('there is no list');
    do {
      scroller.scrollTop = scroller.scrollHeight;
      await new Promise((done) => requestAnimationFrame(done));
      // How many there are is not known before the last one has come.
    } while (document.querySelector('[aria-setsize="-1"]') !== null);
    scroller.scrollTop = 0;
  });
  const loaded = await page.locator('[aria-setsize]').first().getAttribute('aria-setsize');
  if (Number(loaded) < CONVERSATIONS) throw new Error(`only ${loaded} conversations were loaded`);
  // What two thousand pages left behind is not to be swept while the wheel turns.
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
  await page.waitForTimeout(3_000);
}

/** Opens conversations that were open before, one after the other. */
async function openings(page: Page): Promise<void> {
  for (let at = 0; at < OPENINGS; at += 1) {
    await page
      .locator('[data-row]')
      .nth(at % 5)
      .click();
    await page.waitForTimeout(250);
  }
}

async function measure(): Promise<Figures> {
  const first = await startServer();
  const { dataDir } = first;
  await first.sigterm();
  fillInbox(join(dataDir, DATABASE_FILE), 'orders', CONVERSATIONS);
  await first.restart({ env: { RATE_LIMIT_FACTOR: '1000' } });
  await using server = first;
  await using stage = await openStage('bench');
  const page = await stage.person('agent');
  page.setDefaultTimeout(600_000);
  await signIn(page, server.url, demoAgent('Jonas Lind'));
  const agent = agentPage(page);
  await agent.openInbox('Orders');
  await see(page.locator('[data-row]'));
  await page.waitForTimeout(1_000);
  const arriving = await traced(page, () => wheel(page, 400));
  await loadAll(page);
  const loaded = await traced(page, async () => {
    await wheel(page, 400);
    await wheel(page, 40_000);
    await wheel(page, -40_000);
  });
  await page.evaluate(() => document.querySelector('.list-rows')?.scrollTo({ top: 0 }));
  await page.waitForTimeout(500);
  // Once for the cache.
  await openings(page);
  await see(agent.composer);
  const opened = await traced(page, () => openings(page));
  return { arriving, loaded, opened };
}

let all: Promise<Figures> | undefined;
const figures = (): Promise<Figures> => (all ??= measure());

async function scrolled(which: 'arriving' | 'loaded'): Promise<Measured> {
  const { longestTask } = (await figures())[which];
  return { ours: longestTask, bare: FRAME, unit: 'ms' };
}

export const page: readonly BenchCase[] = [
  {
    name: 'page: list of 100 000, pages arriving',
    baseline: 'the budget: no frame over 50 ms while the wheel turns and pages of 50 come in',
    target: { atMost: 1 },
    measure: () => scrolled('arriving'),
  },
  {
    name: 'page: list of 100 000, all loaded',
    baseline: 'the budget: no frame over 50 ms while the wheel turns and the thumb is dragged',
    target: { atMost: 1 },
    measure: () => scrolled('loaded'),
  },
  {
    name: 'page: opening a conversation from cache',
    baseline: 'the budget: painted 100 ms after the button of the mouse went down, p50',
    target: { atMost: 1 },
    measure: async () => {
      const { clicks } = (await figures()).opened;
      if (clicks.length < OPENINGS / 2) throw new Error(`only ${clicks.length} openings were seen`);
      return { ours: median(clicks), bare: OPEN, unit: 'ms' };
    },
  },
];
