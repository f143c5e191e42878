/** A tiny form of each profile: that it runs, counts what it should, and that its report is whole. Never how fast it was. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OwnDeployment, startDeployment } from './deployment.ts';
import { runLoad } from './load.ts';
import { createProgress } from './progress.ts';
import { type Recording, sumOf } from './recording.ts';
import { page } from './report/page.ts';
import { countRows, errorCount, latencyRows, summary } from './report/summary.ts';

const AGENTS = 4;
let deployment: OwnDeployment;
beforeAll(async () => {
  deployment = await startDeployment({ agents: AGENTS, inboxes: 2, each: 2, conversations: 6 });
});
afterAll(() => deployment[Symbol.asyncDispose]());

const told: string[] = [];
async function run(profile: 'team' | 'storm' | 'soak', seconds: number, pace = 40): Promise<Recording> {
  const out = { write: (text: string) => told.push(text) };
  const options = { profile, agents: AGENTS, seconds, seed: 1, pace, aProcess: 2 };
  return await runLoad(deployment, options, createProgress(out, seconds));
}

/** What the report says of itself must be what was recorded. */
function isWhole(html: string, recording: Recording): void {
  expect(html).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/);
  expect(html.replace(/<script>[\s\S]*<\/script>/, '')).not.toMatch(/NaN|undefined|Infinity|(src|href)=/);
  expect(html.match(/<figure/g)?.length).toBeGreaterThan(8);
  for (const { kind, count } of latencyRows(recording))
    expect(html).toContain(`<td>${kind}</td><td>${count.toLocaleString('en')}</td>`);
  expect(summary(recording)).toContain(`${AGENTS} agents`);
}

describe('npm run load', () => {
  test('a team opens, takes, writes, and sees what colleagues wrote', async () => {
    const recording = await run('team', 2.5);
    expect(errorCount(recording), JSON.stringify(countRows(recording))).toBe(0);
    const { latencies, counts } = sumOf(recording.moments);
    expect(latencies.get('connect')?.count).toBe(AGENTS);
    for (const kind of ['open', 'acquire', 'seen by a colleague'])
      expect(latencies.get(kind)?.count, kind).toBeGreaterThan(0);
    for (const one of latencies.values()) {
      expect(one.percentile(0.5)).toBeGreaterThan(0);
      expect(one.percentile(0.99)).toBeGreaterThanOrEqual(one.percentile(0.5));
    }
    expect(counts.get('events received')).toBeGreaterThan(0);
    const [server] = recording.moments.at(-1)?.servers ?? [];
    expect(server?.resident).toBeGreaterThan(2 ** 24);
    expect(server?.lag).toBeGreaterThan(0);
    expect(told.join('')).toMatch(/4\/4 current .* acts\/s/);
    isWhole(page(recording), recording);
  });

  test('in a storm every connection is cut, and everybody comes back and is told what was missed', async () => {
    const recording = await run('storm', 1);
    expect(errorCount(recording), JSON.stringify(countRows(recording))).toBe(0);
    const { latencies } = sumOf(recording.moments);
    expect(latencies.get('reconnect')?.count).toBe(AGENTS);
    // A message to each of two inboxes, seen by each agent.
    expect(latencies.get('seen by a colleague')?.count).toBe(2 * AGENTS);
    expect(recording.marks).toHaveLength(1);
    expect(recording.findings.at(-1)?.value).toMatch(/^\d+\.\d s$/);
    isWhole(page(recording), recording);
  });

  test('in a soak agents go and come again', async () => {
    // 20 % a minute of four, a hundred times as quick: more than one a second.
    const recording = await run('soak', 2.3, 100);
    expect(errorCount(recording), JSON.stringify(countRows(recording))).toBe(0);
    const { latencies, counts } = sumOf(recording.moments);
    expect(counts.get('came again')).toBeGreaterThan(0);
    expect(latencies.get('connect')?.count).toBeGreaterThan(AGENTS);
    expect(recording.findings.map(({ what }) => what).join()).toContain('heap of server 1');
    isWhole(page(recording), recording);
  });
});
