/**
 * The invariant of the records that are kept for auditors (I28): `lock_epochs` has the grants and ends, `replies` the sends, each with its
 * event, and the audit has the rest.
 */

import { canonical } from './checkers-events.ts';
import { lastDump, report, type Violation } from './checkers-locks.ts';
import type { Dump } from './history-dump.ts';
import type { Op, Run } from './history.ts';
import { BURST } from '../../server/src/messaging/sending/fence-audit.ts';

type Add = (story: string) => void;

/** What was once written stays as it was. */
function checkAppendOnly(run: Run, add: Add): void {
  const written = new Map<string, string>();
  for (const { audit } of run.dumps) {
    if (audit === undefined) continue;
    const here = new Map(audit.map((row) => [row.id, canonical(row)]));
    for (const [id, text] of written) if (here.get(id) !== text) add(`audit row ${id} was changed or lost`);
    for (const [id, text] of here) written.set(id, text);
  }
}

/** Each act of an administrator is written once; one without a known outcome at most once. */
function checkActs(run: Run, dump: Dump, add: Add): void {
  const known = new Set(run.dumps[0].audit?.map(({ id }) => id));
  // With a single dump there is no "before the run": then only what is missing can be told.
  const fresh = run.dumps.length > 1 ? (dump.audit ?? []).filter(({ id }) => !known.has(id)) : dump.audit;
  const key = (row: { actorId: string | null; action: string; objectId: string }): string =>
    `${row.action} of ${row.objectId} by ${row.actorId ?? 'nobody'}`;
  const rows = Map.groupBy(fresh ?? [], key);
  for (const [act, acts] of Map.groupBy(run.adminActs ?? [], key)) {
    const least = acts.filter(({ outcome }) => outcome === 'ok').length;
    const most = acts.filter(({ outcome }) => outcome !== 'fail').length;
    const count = rows.get(act)?.length ?? 0;
    if (count < least || (run.dumps.length > 1 && count > most))
      add(
        `${act} took place ${least === most ? least : `${least} to ${most}`} times and is written ${count} times`,
      );
  }
}

const count = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Each grant and each end of a lock has exactly one event, and no reply has two; an epoch of one send has none but its reply's. */
function checkEvents(dump: Dump, add: Add): void {
  const granted = new Map<string, number>();
  const ended = new Map<string, number>();
  const replied = new Map<string, number>();
  for (const { data } of dump.events) {
    if (data.type === 'lock.granted') count(granted, `${data.row.id}#${data.row.lock.fence}`);
    if (data.type === 'lock.ended') count(ended, `${data.row.id}#${data.fence}`);
    if (data.type === 'entry.added' && data.entry.kind === 'reply')
      count(replied, `${data.entry.conversationId}@${data.entry.position}`);
  }
  const once = (counts: Map<string, number>, key: string, times: number, what: string): void => {
    const seen = counts.get(key) ?? 0;
    if (seen !== times) add(`${key}: ${seen} events tell of its ${what}, not ${times}`);
  };
  for (const { conversationId, epoch, endedAt, endReason } of dump.epochs) {
    const key = `${conversationId}#${epoch}`;
    const told = endReason === 'one_shot' ? 0 : 1;
    once(granted, key, told, 'grant');
    once(ended, key, endedAt === null ? 0 : told, 'end');
  }
  // One without any is I13's.
  for (const [key, times] of replied) if (times > 1) add(`${key}: ${times} events tell of its reply`);
}

/** Not the turn of somebody who was only offered the lock: that ends no epoch. */
function fromHolder(details: string): boolean {
  return (JSON.parse(details) as { from?: string | null }).from !== null;
}

/** A lock that somebody took over has a row that says who did it. */
function checkTakeOvers(run: Run, dump: Dump, add: Add): void {
  if (dump.audit === undefined) return;
  const taken = Map.groupBy(
    dump.audit.filter((row) => row.action === 'lock.taken_over' && fromHolder(row.details)),
    ({ objectId }) => objectId,
  );
  const epochs = dump.epochs.filter(({ endReason }) => endReason === 'taken_over');
  for (const [conversationId, rows] of Map.groupBy(epochs, (row) => row.conversationId)) {
    const written = taken.get(conversationId)?.length ?? 0;
    if (written !== rows.length)
      add(`${conversationId} was taken over ${rows.length} times, which is written ${written} times`);
  }
  for (const conversationId of taken.keys())
    if (!epochs.some((row) => row.conversationId === conversationId))
      add(`${conversationId} is written to be taken over, and was not`);
}

interface Refusal {
  readonly clientId: string;
  readonly fence: number;
  /** Refusals of this agent before this one that are not written one by one. */
  readonly leftOut?: number;
}

/** Sends that were refused, or may have been, because the fence was no longer the right one. */
function fenced(run: Run): Op<'send'>[] {
  const sends = run.ops.filter((op) => op.op === 'send') as Op<'send'>[];
  return sends.filter((op) => op.outcome === 'info' || (op.outcome === 'fail' && op.code === 'lock_lost'));
}

/** Each refused fence is written once; of an agent who is refused on and on, the first ones and a count. */
function checkRefusals(run: Run, dump: Dump, add: Add): void {
  if (dump.audit === undefined) return;
  const written = new Map<string, number>();
  const leftOut = new Set<string>();
  const keyOf = (agentId: string | null, { clientId, fence }: Refusal): string =>
    `${agentId}/${clientId} under ${fence}`;
  for (const { action, actorId, details } of dump.audit) {
    if (action !== 'reply.refused') continue;
    const refusal = JSON.parse(details) as Refusal;
    count(written, keyOf(actorId, refusal));
    if (refusal.leftOut !== undefined) leftOut.add(actorId ?? '');
  }
  for (const [agentId, ops] of Map.groupBy(fenced(run), ({ actor }) => actor.agentId)) {
    const surely = ops.filter(({ outcome }) => outcome === 'fail').length;
    // Whoever met the limit has fewer rows, and a count in one of them.
    const isLimited = surely > BURST || leftOut.has(agentId);
    for (const [key, tries] of Map.groupBy(ops, ({ args }) => keyOf(agentId, args))) {
      const least = isLimited ? 0 : tries.filter(({ outcome }) => outcome === 'fail').length;
      const seen = written.get(key) ?? 0;
      if (seen < least || seen > tries.length)
        add(`${key}: refused ${least} to ${tries.length} times, which is written ${seen} times`);
      written.delete(key);
    }
  }
  if (run.ops.length > 0)
    for (const key of written.keys()) add(`${key} is written to be refused, and nobody was`);
}

/** I28: grants, ends, replies, take-overs, refused fences and what administrators change are each told exactly once, and nothing is rewritten. */
export function checkAudit(run: Run): Violation[] {
  const { found, add } = report('I28');
  const dump = lastDump(run);
  checkAppendOnly(run, add);
  checkActs(run, dump, add);
  checkEvents(dump, add);
  checkTakeOvers(run, dump, add);
  checkRefusals(run, dump, add);
  return found;
}
