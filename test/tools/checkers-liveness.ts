/** Invariants with a bound in time (I5, I9): nobody waits for a dead holder, and a holder learns what happened. */

import { GRANTS, holderOf, lastDump, okOps, report, type Violation } from './checkers-locks.ts';
import type { Orphan } from './history-record.ts';
import type { Run } from './history.ts';

/** The agent has taken the conversation again since: then that is what is in the way. */
function cameBack(run: Run, { conversationId, fence, agentId }: Orphan, at: number): boolean {
  return lastDump(run).epochs.some(
    (row) =>
      row.conversationId === conversationId &&
      row.agentId === agentId &&
      row.epoch > fence &&
      row.grantedAt <= at + run.wallOffset,
  );
}

/** Where the end of its lock stands in its stream; Infinity when it never ended. */
function endOf(run: Run, { stream, conversationId, fence }: Orphan): number {
  const end = lastDump(run).events.find(
    ({ stream: of, data }) =>
      of === stream && data.type === 'lock.ended' && data.row.id === conversationId && data.fence === fence,
  );
  return end?.seq ?? Infinity;
}

/**
 * I5: after the death of a holder the lock is free within its TTL, and everybody subscribed is told within two seconds
 * more; and it is given to nobody before it ended. `slack` in ms.
 */
export function checkBoundedOrphans(run: Run, orphans: readonly Orphan[], slack: number): Violation[] {
  const { found, add } = report('I5');
  for (const orphan of orphans) {
    const name = `${orphan.conversationId}#${orphan.fence}`;
    for (const op of run.ops) {
      if (op.op !== 'acquire' || op.args.conversationId !== orphan.conversationId) continue;
      if (op.actor.agentId === orphan.agentId) continue;
      if (op.outcome === 'ok' && op.result.fence > orphan.fence && op.tReturn < orphan.at)
        add(`${name}: acquire ${op.id} took it from a living holder`);
      const late = op.tInvoke >= orphan.at + orphan.ttl + slack;
      if (
        late &&
        op.outcome === 'fail' &&
        op.code === 'lock_held' &&
        holderOf(op.details) === orphan.agentId &&
        !cameBack(run, orphan, op.tReturn)
      ) {
        add(
          `${name}: acquire ${op.id} was still refused ${Math.round(op.tInvoke - orphan.at)} ms after the death`,
        );
      }
    }
    const end = endOf(run, orphan);
    for (const delivery of run.deliveries) {
      // Who subscribed again after it was told on the connection before.
      if (delivery.stream !== orphan.stream || !delivery.live || delivery.from >= end) continue;
      const told = delivery.events.find(
        ({ event }) =>
          event.data.type === 'lock.ended' &&
          event.data.row.id === orphan.conversationId &&
          event.data.fence === orphan.fence,
      );
      if (told === undefined) add(`${name}: ${delivery.client} was never told of the end`);
      else if (told.at > orphan.at + orphan.ttl + 2_000) {
        add(`${name}: ${delivery.client} was told ${Math.round(told.at - orphan.at)} ms after the death`);
      }
    }
  }
  return found;
}

/** I5, its lower bound: a lock that was acknowledged does not expire before its lease can have. Life of a lease and `slack` in ms. */
export function checkEarlyLoss(run: Run, ttl: number, slack: number): Violation[] {
  const { found, add } = report('I5');
  const given = new Map(lastDump(run).epochs.map((row) => [`${row.conversationId}#${row.epoch}`, row]));
  for (const op of okOps(run, ...GRANTS)) {
    const name = `${op.args.conversationId}#${op.result.fence}`;
    const row = given.get(name);
    if (row?.endReason !== 'expired' || row.endedAt === null) continue;
    const lived = row.endedAt - row.grantedAt;
    if (lived < ttl - slack) add(`${name} of ${row.agentId} expired ${lived} ms after it was given`);
  }
  return found;
}

/** I9: a connected holder whose lock ends is told within `bound` ms of the moment at which the server wrote it down. */
export function checkHolderKnows(run: Run, bound: number): Violation[] {
  const { found, add } = report('I9');
  for (const delivery of run.deliveries) {
    for (const { event, at } of delivery.events) {
      if (event.data.type !== 'lock.ended' || event.data.holder.id !== delivery.agentId) continue;
      if (event.seq <= delivery.head) continue;
      const lag = at + run.wallOffset - event.at;
      // Written while its server's clock was behind: what that clock said is put right before it is judged.
      const wrong = run.clockJumps?.find(({ ms, from, to }) => ms < 0 && at >= from && at <= to + bound);
      if (lag > bound && (wrong === undefined || lag + wrong.ms > bound))
        add(`${delivery.client} learned of ${event.stream}@${event.seq} after ${Math.round(lag)} ms`);
    }
  }
  return found;
}
