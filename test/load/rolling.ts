/**
 * Rolling restart under load: `node test/load/rolling.ts [--agents 200] [--servers 3] [--rounds 1] [--every 3000] [--settle 3000]`. Agents of the
 * SDK in processes of their own hold a lock each and answer again and again, while one server after the other is drained by
 * SIGTERM and started anew. Prints one line of JSON, and ends with 1 when a send failed, a lock was lost, or it took too long.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { eventually, pause } from '../tools/eventually.ts';
import { startWorld, type World } from '../tools/world.ts';
import { percentile } from './parts/percentile.ts';
import type { RollingReport, RollingTask } from './parts/rolling-agents.ts';

/** Ms within which 99 of 100 reconnects must be over. */
const RECONNECT_LIMIT = 5_000;
const AGENTS_A_PROCESS = 50;
/** Agents who share an inbox, and see what the others of it do. */
const TEAM = 20;

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '200' },
    servers: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '1' },
    every: { type: 'string', default: '3000' },
    settle: { type: 'string', default: '3000' },
  },
});
const [agents, servers, rounds, every] = [values.agents, values.servers, values.rounds, values.every].map(
  Number,
) as [number, number, number, number];
/** Ms that a server has been ready again before the next one is drained, as process managers do it. */
const settle = Number(values.settle);

interface Crew {
  readonly child: ChildProcess;
  next(): Promise<RollingReport>;
}

function startCrew(task: RollingTask): Crew {
  const child = fork(join(import.meta.dirname, 'parts/rolling-agents.ts'), { stdio: 'inherit' });
  child.send(task);
  return {
    child,
    next: () =>
      new Promise((resolve, reject) => {
        const told = (report: unknown): void => {
          child.off('exit', ended);
          resolve(report as RollingReport);
        };
        const ended = (code: number | null): void => {
          child.off('message', told);
          reject(new Error(`a crew ended with ${String(code)}`));
        };
        child.once('message', told);
        child.once('exit', ended);
      }),
  };
}

async function restartAll(world: World): Promise<number[]> {
  const drains: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const server of world.servers) {
      const began = performance.now();
      const { code } = await server.sigterm();
      if (code !== 0) throw new Error(`a server ended with ${String(code)} instead of 0`);
      drains.push(Math.round(performance.now() - began));
      await server.restart();
      say(`a server was drained in ${drains.at(-1)} ms, and is back`);
      await pause(settle);
    }
  }
  return drains;
}

const launched = performance.now();
const say = (line: string): void =>
  void process.stderr.write(`${((performance.now() - launched) / 1_000).toFixed(1)} s  ${line}\n`);

const names = Array.from({ length: agents }, (_, at) => `agent${at}`);
const teamOf = (at: number): string => `team${Math.floor(at / TEAM)}`;
const times = { lockTtl: 15_000, reconnectGrace: 10_000, idleAfter: 600_000 };
await using world = await startWorld({
  servers,
  seed: {
    inboxes: Object.fromEntries(
      names.map((_name, at) => [teamOf(at), { lockOn: 'open', times, conversations: TEAM }]),
    ),
    agents: Object.fromEntries(names.map((name, at) => [name, { inboxes: [teamOf(at)] }])),
  },
});
say('the servers are up');
const urls = world.servers.map(({ url }) => url);
const crews: Crew[] = [];
const people = names.map((name, at) => ({
  token: world.agent(name).token,
  conversationId: world.conversation(teamOf(at), at % TEAM),
  // Each begins at another server.
  urls: [...urls.slice(at % servers), ...urls.slice(0, at % servers)],
}));
for (let at = 0; at < agents; at += AGENTS_A_PROCESS)
  crews.push(startCrew({ people: people.slice(at, at + AGENTS_A_PROCESS), every }));
await Promise.all(crews.map((crew) => crew.next()));
say(`${agents} agents work`);
const began = performance.now();
const drainMs = await restartAll(world);
await eventually(
  'everybody is back',
  async () => {
    for (const { child } of crews) child.send('how many are connected');
    const reports = await Promise.all(crews.map((crew) => crew.next()));
    return reports.reduce((sum, { connected }) => sum + connected, 0) === agents;
  },
  30_000,
);
say('everybody is back');
for (const { child } of crews) child.send('stop');
const reports = await Promise.all(crews.map((crew) => crew.next()));
const reconnects = reports.flatMap((report) => report.reconnects);
const confirmed = reports.reduce((sum, report) => sum + report.confirmed, 0);
const summary = {
  agents,
  servers,
  restarts: drainMs.length,
  settle,
  seconds: Math.round((performance.now() - began) / 1_000),
  drainMs,
  confirmed,
  stored: world.rows('SELECT 1 FROM replies').length,
  failed: reports.flatMap((report) => report.failures),
  locksLost: reports.reduce((sum, report) => sum + report.locksLost, 0),
  locksEnded: world
    .rows<{ reason: string }>('SELECT end_reason AS reason FROM lock_epochs WHERE ended_at IS NOT NULL')
    .map(({ reason }) => reason),
  reconnects: reconnects.length,
  reconnectMs: {
    p50: percentile(reconnects, 0.5),
    p95: percentile(reconnects, 0.95),
    p99: percentile(reconnects, 0.99),
    most: percentile(reconnects, 1),
  },
};
process.stdout.write(`${JSON.stringify(summary)}\n`);
const right =
  summary.failed.length === 0 &&
  summary.stored === confirmed &&
  summary.locksLost === 0 &&
  summary.locksEnded.length === 0 &&
  summary.reconnectMs.p99 < RECONNECT_LIMIT;
process.exitCode = right ? 0 : 1;
