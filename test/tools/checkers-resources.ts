/** Invariants of resources, answers under faults, recovery and presence (I29–I32), judged from a recorded run. */

import { boundsOf } from './checkers-bounds.ts';
import { report, type Violation } from './checkers-locks.ts';
import type { Outage, ResourceSample } from './history-record.ts';
import type { Op, OpName, Run } from './history.ts';

const COUNTS = ['sockets', 'rooms', 'timers', 'listeners', 'locks', 'sessions'] as const;

/** I29: what waits for one socket is bounded, and what clients used is given back when they left. */
export function checkBoundedMemory(run: Run): Violation[] {
  const { found, add } = report('I29');
  const bounds = boundsOf(run);
  for (const [node, samples] of Map.groupBy(run.resources ?? [], (sample) => sample.node)) {
    for (const { at, queueBytes = 0, queuePackets = 0 } of samples) {
      if (queueBytes > bounds.queueBytes) add(`${node}: ${queueBytes} bytes wait for one socket at ${at}`);
      if (queuePackets > bounds.queuePackets)
        add(`${node}: ${queuePackets} packets wait for one socket at ${at}`);
    }
    const before = samples.find(({ phase }) => phase === 'before');
    const after = samples.findLast(({ phase }) => phase === 'after');
    if (before !== undefined && after !== undefined) compareSamples(node, before, after, bounds.heap, add);
  }
  return found;
}

function compareSamples(
  node: string,
  before: ResourceSample,
  after: ResourceSample,
  heap: number,
  add: (story: string) => void,
): void {
  for (const name of COUNTS) {
    const [was, is] = [before[name], after[name]];
    if (was !== undefined && is !== undefined && is > was) add(`${node}: ${is} ${name} are left of ${was}`);
  }
  if (before.heapUsed === undefined || after.heapUsed === undefined) return;
  const ratio = after.heapUsed / before.heapUsed;
  if (ratio > heap) add(`${node}: the heap is ${ratio.toFixed(2)} times as large as before`);
}

/** What writes: without the database none of it may be acknowledged. */
const WRITES = new Set<OpName>([
  'acquire',
  'move',
  'takeOver',
  'acceptOffer',
  'handOver',
  'join',
  'ask',
  'send',
  'sendOnce',
  'note',
]);
/** What asks for a lease: what passes a lock on takes its lease along. */
const LEASES = new Set<OpName>(['acquire']);
const SENDS = new Set<OpName>(['send', 'sendOnce']);

function judgeUnder(run: Run, outage: Outage, op: Op, add: (story: string) => void): void {
  const { failFast, failFastDatabase, slack } = boundsOf(run);
  const took = op.tReturn - op.tInvoke;
  const name = `${op.op} ${op.id} at ${op.node} without ${outage.of}`;
  const wanted =
    outage.of === 'redis' && (LEASES.has(op.op) || SENDS.has(op.op)) ? failFast : failFastDatabase;
  if (took > wanted + slack) add(`${name} took ${Math.round(took)} ms`);
  // Its whole life within the outage, and not right at its beginning: what was under way may still have come through.
  const within = op.tInvoke >= outage.from + slack && op.tReturn <= outage.to;
  if (!within) return;
  if (outage.of === 'database' && op.outcome === 'ok' && WRITES.has(op.op)) add(`${name} was acknowledged`);
  if (outage.of === 'redis' && op.outcome === 'ok' && LEASES.has(op.op)) add(`${name} was granted`);
  // Refused because of Redis: but the fence stands in the database.
  if (
    outage.of === 'redis' &&
    SENDS.has(op.op) &&
    op.outcome === 'fail' &&
    op.code === 'coordination_unavailable'
  )
    add(`${name} was refused for want of it`);
}

/** I30: without Redis or the database every answer is definite and quick; sends go on without Redis, nothing without the database. */
export function checkFailFast(run: Run): Violation[] {
  const { found, add } = report('I30');
  for (const outage of run.outages ?? []) {
    for (const op of run.ops) {
      if (!outage.nodes.includes(op.node) || op.tInvoke < outage.from || op.tInvoke > outage.to) continue;
      judgeUnder(run, outage, op, add);
    }
  }
  return found;
}

/** How Node and the server's log say that an error was nobody's. */
const UNHANDLED = /unhandled ?rejection|uncaught ?exception|UnhandledPromiseRejection/iu;

/** I31: after healing everything serves again, and no process ended or stumbled by itself. */
export function checkRecovery(run: Run): Violation[] {
  const { found, add } = report('I31');
  const { serving, current, slack } = boundsOf(run);
  const { recovery } = run;
  const judge = (who: string, what: string, at: number | null, bound: number): void => {
    const took = (at ?? Infinity) - (recovery?.healedAt ?? 0);
    if (at === null) add(`${who} was never ${what} again`);
    else if (took > bound + slack) add(`${who} was ${what} only ${Math.round(took)} ms after healing`);
  };
  for (const { node, at } of recovery?.ready ?? []) judge(node, 'ready', at, serving);
  for (const { client, at } of recovery?.current ?? []) judge(client, 'current', at, current);
  for (const { node, injected, how } of run.exits ?? [])
    if (!injected) add(`${node} ended by itself: ${how}`);
  for (const { node, text } of run.log ?? []) if (UNHANDLED.test(text)) add(`${node}: ${text}`);
  return found;
}

/** I32: whoever is shown as looking has, or a moment ago had, an open connection. */
export function checkPresence(run: Run): Violation[] {
  const { found, add } = report('I32');
  const { heartbeat, unnoticed, slack } = boundsOf(run);
  const lives = Map.groupBy(run.socketLives ?? [], ({ agentId }) => agentId);
  for (const { client, at, conversationId, shown } of run.presence ?? []) {
    for (const agentId of shown) {
      const ends = (lives.get(agentId) ?? [])
        .filter(({ from }) => from <= at + slack)
        .map(({ to }) => to ?? at);
      const ghost = at - Math.max(-Infinity, ...ends);
      if (ghost <= unnoticed + 2 * heartbeat + slack) continue;
      const since = ghost === Infinity ? 'who never was there' : `${Math.round(ghost)} ms after they left`;
      add(`${client} shows ${agentId} in ${conversationId}, ${since}`);
    }
  }
  return found;
}
