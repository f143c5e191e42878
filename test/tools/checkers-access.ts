/** Invariants of who may see and do what (I24–I28), judged from a recorded run. */

import type { EventData } from '@latchbox/shared';
import { boundsOf } from './checkers-bounds.ts';
import { lastDump, report, type Violation } from './checkers-locks.ts';
import type { Membership, Probe } from './history-record.ts';
import type { Op, Run } from './history.ts';

type Members = Map<string, readonly Membership[]>;
const memberKey = (inboxId: string, agentId: string): string => `${inboxId}/${agentId}`;

function membersOf(run: Run): Members {
  return Map.groupBy(run.memberships ?? [], ({ inboxId, agentId }) => memberKey(inboxId, agentId));
}

/** The last moment up to `at` at which the agent was a member; -Infinity for one who had never been. */
function lastMember(members: Members, inboxId: string, agentId: string, at: number): number {
  let last = -Infinity;
  for (const { from, to } of members.get(memberKey(inboxId, agentId)) ?? [])
    if (from <= at) last = Math.max(last, Math.min(to ?? Infinity, at));
  return last;
}

/** How long after `end` something may still come: longer where Redis was away in between. */
function grace(run: Run, end: number, at: number): number {
  const { revoke, revokeWithoutRedis, slack } = boundsOf(run);
  const away = (run.outages ?? []).some(({ of, from, to }) => of === 'redis' && from <= at && to >= end);
  return (away ? revokeWithoutRedis : revoke) + slack;
}

const late = (at: number, end: number): string =>
  end === -Infinity ? 'and was never a member' : `${Math.round(at - end)} ms after the membership's end`;

/** I24: what is said about an inbox is said to its members; what is asked for after the revocation is not answered at all. */
export function checkMembership(run: Run): Violation[] {
  const { found, add } = report('I24');
  if (run.memberships === undefined) return found;
  const members = membersOf(run);
  for (const { inboxId, agentId, at, asked, what } of run.disclosures ?? []) {
    const end = lastMember(members, inboxId, agentId, at);
    const tooLate = asked === null ? at > end + grace(run, end, at) : asked > end;
    if (tooLate) add(`${agentId} got ${what} of ${inboxId} ${late(at, end)}`);
  }
  for (const { client, agentId, stream, events } of run.deliveries) {
    if (!stream.startsWith('inbox:')) continue;
    const inboxId = stream.slice('inbox:'.length);
    for (const { event, at } of events) {
      const end = lastMember(members, inboxId, agentId, at);
      if (at > end + grace(run, end, at)) add(`${client} got ${stream}@${event.seq} ${late(at, end)}`);
    }
  }
  return found;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** So many answers of each kind make a comparison of their times worth something. */
const ENOUGH = 20;

const faces = (probes: readonly Probe[]): Set<string> =>
  new Set(probes.map(({ code, status, body }) => `${status} ${code} ${body}`));

/** I25: "not yours" and "not there" look the same, and take the same time. */
export function checkHiding(run: Run): Violation[] {
  const { found, add } = report('I25');
  const { alike } = boundsOf(run);
  for (const [question, probes] of Map.groupBy(run.probes ?? [], (probe) => probe.question)) {
    const hidden = probes.filter(({ about }) => about === 'hidden');
    const missing = probes.filter(({ about }) => about === 'missing');
    if (hidden.length === 0 || missing.length === 0) continue;
    const all = new Set([...faces(hidden), ...faces(missing)]);
    if (all.size > 1) add(`${question} tells what is hidden from what is missing: ${[...all].join(' | ')}`);
    if (Math.min(hidden.length, missing.length) < ENOUGH) continue;
    const apart = Math.abs(median(hidden.map(({ took }) => took)) - median(missing.map(({ took }) => took)));
    if (apart > alike) add(`${question} takes ${apart.toFixed(1)} ms more or less for what is hidden`);
  }
  return found;
}

/** I26: nothing is taken from, and nothing is told to, a session that is over. */
export function checkSessionEnds(run: Run): Violation[] {
  const { found, add } = report('I26');
  for (const { sessionIds, agentIds = [], why, at: end } of run.sessionEnds ?? []) {
    const over = new Set([...sessionIds, ...agentIds]);
    const isOver = (of: { sessionId: string; agentId: string }) =>
      over.has(of.sessionId) || over.has(of.agentId);
    for (const op of run.ops) {
      if (op.outcome !== 'ok' || !isOver(op.actor)) continue;
      if (op.tInvoke > end + grace(run, end, op.tInvoke))
        add(
          `${op.op} ${op.id} of ${op.actor.sessionId} worked ${Math.round(op.tInvoke - end)} ms after ${why}`,
        );
    }
    for (const { client, sessionId, agentId, events } of run.deliveries) {
      if (!isOver({ sessionId, agentId })) continue;
      const after = events.find(({ at }) => at > end + grace(run, end, at));
      if (after !== undefined)
        add(
          `${client} got ${after.event.stream}@${after.event.seq} ${Math.round(after.at - end)} ms after ${why}`,
        );
    }
  }
  return found;
}

/** Refusals that say something about a conversation which the agent may not know of. */
const TELLING = new Set([
  'lock_held',
  'lock_elsewhere',
  'lock_required',
  'lock_lost',
  'thread_moved_on',
  'idempotency_mismatch',
  'conflict',
  'limit',
]);

/** Answers that say nothing and change nothing, whoever asks. */
function isEmpty(op: Op): boolean {
  if (op.op === 'leave' || op.op === 'close') return true;
  return op.op === 'release' && op.outcome === 'ok' && !op.result.held;
}

/** Whom an event gives something in an inbox, or offers it to. */
function givenBy(data: EventData): { readonly what: string; readonly agentId: string }[] {
  const given: { what: string; agentId: string }[] = [];
  if (data.type === 'lock.granted' && data.row.lock.status === 'held')
    given.push({ what: 'the lock', agentId: data.row.lock.holder.id });
  if (data.type === 'lock.changed' && (data.step === 'offered' || data.step === 'hand_over')) {
    const { lock, line } = data.row;
    if (lock.status === 'reserved') given.push({ what: 'a turn', agentId: lock.for.id });
    if (line?.handOver != null) given.push({ what: 'a hand-over', agentId: line.handOver.to.id });
  }
  if (data.type === 'lock.ended' && data.row.lock.status === 'reserved')
    given.push({ what: 'a turn', agentId: data.row.lock.for.id });
  return given;
}

/** Two clocks of one machine. */
const CLOCKS_APART = 5;

/** Nobody is given or offered a lock after a removal was acknowledged: the database decides both. */
function checkGiven(run: Run, members: Members, add: (story: string) => void): void {
  for (const { stream, seq, at, data } of lastDump(run).events) {
    if (at === undefined || !stream.startsWith('inbox:')) continue;
    const inboxId = stream.slice('inbox:'.length);
    for (const { what, agentId } of givenBy(data)) {
      const when = at - run.wallOffset;
      const end = lastMember(members, inboxId, agentId, when);
      if (when > end + CLOCKS_APART) add(`${stream}@${seq} gives ${what} to ${agentId} ${late(when, end)}`);
    }
  }
}

/** I27: an agent changes nothing in an inbox of others, and learns nothing about it from refusals. */
export function checkIsolation(run: Run): Violation[] {
  const { found, add } = report('I27');
  if (run.memberships === undefined) return found;
  const members = membersOf(run);
  const dump = lastDump(run);
  const inboxOf = new Map(dump.conversations.map(({ id, inboxId }) => [id, inboxId]));
  for (const op of run.ops) {
    if (!('conversationId' in op.args) || isEmpty(op)) continue;
    const inboxId = inboxOf.get(op.args.conversationId);
    if (inboxId === undefined) continue;
    // A member at any moment between question and answer may have been answered then.
    if (lastMember(members, inboxId, op.actor.agentId, op.tReturn) >= op.tInvoke) continue;
    const name = `${op.op} ${op.id} of ${op.actor.agentId} in ${inboxId}`;
    if (op.outcome === 'ok') add(`${name} worked for one who is no member`);
    else if (TELLING.has(op.code)) add(`${name} was refused with ${op.code}, which tells of what is hidden`);
  }
  checkGiven(run, members, add);
  const never = (conversationId: string, agentId: string | null): boolean => {
    const inboxId = inboxOf.get(conversationId);
    return inboxId !== undefined && agentId !== null && !members.has(memberKey(inboxId, agentId));
  };
  for (const row of dump.replies)
    if (never(row.conversationId, row.agentId))
      add(`${row.conversationId}@${row.position} is a reply of ${row.agentId}, who was never a member`);
  for (const row of dump.epochs)
    if (never(row.conversationId, row.agentId))
      add(`${row.conversationId}#${row.epoch} was given to ${row.agentId}, who was never a member`);
  return found;
}
