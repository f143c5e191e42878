import { afterAll, beforeAll, expect, test } from 'vitest';
import { keptPlans } from './kept.ts';
import { type Office, openOffice } from './office.ts';
import { shrink } from './shrink.ts';
import { simulate, simulateSeed } from './simulate.ts';
import { story } from './story.ts';

/** How long new seeds are tried in `npm test` (ms); more of them come with `npm run simulate`. */
const FOR = 6_000;
const STEPS = 60;
/** New ones every day, the same for whoever looks into a failure of that day. */
const BEGIN = Number(process.env.LATCHBOX_SEED ?? Math.floor(Date.now() / 86_400_000) * 10_000);

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

async function expectPeace(seed: number, steps: number): Promise<void> {
  const outcome = await simulateSeed(office, seed, steps);
  if (outcome.violations.length === 0) return;
  expect.fail(story(await shrink(office, outcome, 15_000), { seed, steps }));
}

test('the same seed gives the same run, to the last byte and the last millisecond', async () => {
  const first = await simulateSeed(office, 17, STEPS);
  const other = await simulateSeed(office, 18, STEPS);
  const again = await simulateSeed(office, 17, STEPS);
  expect(again.lines).toEqual(first.lines);
  expect(again.trace).toBe(first.trace);
  expect(other.trace).not.toBe(first.trace);
});

test('plans that once showed a fault show none', { timeout: 120_000 }, async () => {
  for (const { plan, showed } of await keptPlans()) {
    const outcome = await simulate(office, plan);
    const told = story(outcome, { seed: plan.seed, steps: plan.steps.length });
    expect(outcome.violations, `${showed}\n${told}`).toEqual([]);
  }
});

test('three servers and six clients come to agree, whatever breaks', { timeout: 120_000 }, async () => {
  const until = performance.now() + FOR;
  let seeds = 0;
  for (; performance.now() < until; seeds += 1) await expectPeace(BEGIN + seeds, STEPS);
  console.log(`simulation: seeds ${BEGIN} to ${BEGIN + seeds - 1}, ${STEPS} steps each`);
  expect(seeds).toBeGreaterThan(0);
});
