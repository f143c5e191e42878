/** Invariants of replies and of the outbox (I10–I16), judged from a recorded run. */

import { lastDump, okOps, report, type Violation } from './checkers-locks.ts';
import type { Dump, ReplyRow } from './history-dump.ts';
import type { OkOp, Op, Run } from './history.ts';

type Send = Op<'send' | 'sendOnce'>;

const sends = (run: Run): Send[] =>
  run.ops.filter((op) => op.op === 'send' || op.op === 'sendOnce') as Send[];
const sendKey = (op: Send): string => `${op.actor.agentId}/${op.args.clientId}`;
const replyKey = (row: ReplyRow): string => `${row.agentId}/${row.clientMessageId}`;
const placeKey = (row: { conversationId: string; position: number }): string =>
  `${row.conversationId}@${row.position}`;

/** I10: an acknowledged send is stored exactly once, in every later dump. */
export function checkStoredOnce(run: Run): Violation[] {
  const { found, add } = report('I10');
  const stored = Map.groupBy(lastDump(run).replies, replyKey);
  for (const op of okOps(run, 'send', 'sendOnce')) {
    const count = stored.get(sendKey(op))?.length ?? 0;
    if (count !== 1) add(`${op.op} ${op.id} was acknowledged and is stored ${count} times (${sendKey(op)})`);
  }
  let earlier: Dump | undefined;
  for (const dump of run.dumps) {
    const here = new Set(dump.replies.map(replyKey));
    for (const row of earlier?.replies ?? [])
      if (!here.has(replyKey(row))) add(`${replyKey(row)} has vanished`);
    earlier = dump;
  }
  return found;
}

/** I11: all answers to one client id are the same, and another text under it is refused. */
export function checkStableAnswers(run: Run): Violation[] {
  const { found, add } = report('I11');
  for (const [key, ops] of Map.groupBy(
    okOps(run, 'send', 'sendOnce') as OkOp<'send' | 'sendOnce'>[],
    sendKey,
  )) {
    const answers = new Set(
      ops.map(({ result }) => `${result.entryId}/${result.position}/${result.seq}/${result.body}`),
    );
    if (answers.size !== 1) add(`${key} was answered in ${answers.size} ways: ${[...answers].join(' and ')}`);
    const texts = new Set(ops.map((op) => op.args.body));
    if (texts.size !== 1) add(`${key} was acknowledged for ${texts.size} different texts`);
  }
  return found;
}

/** I12: what is stored was sent by somebody who was not refused. */
export function checkNoPhantoms(run: Run): Violation[] {
  const { found, add } = report('I12');
  const possible = new Set(
    sends(run)
      .filter((op) => op.outcome !== 'fail')
      .map(sendKey),
  );
  const known = new Set(run.dumps[0].replies.map(replyKey));
  for (const row of lastDump(run).replies) {
    const before = run.dumps.length > 1 && known.has(replyKey(row));
    if (!before && !possible.has(replyKey(row)))
      add(`${replyKey(row)} is stored, but every send of it was refused`);
  }
  return found;
}

/** I13: reply, entry, event and outbox row are there together or not at all. */
export function checkTriples(run: Run): Violation[] {
  const { found, add } = report('I13');
  const dump = lastDump(run);
  const replies = new Set(dump.replies.map(placeKey));
  const others: Record<string, Set<string>> = {
    entry: new Set(dump.entries.filter((row) => row.kind === 'reply').map(placeKey)),
    event: new Set(
      dump.events.flatMap(({ data }) =>
        data.type === 'entry.added' && data.entry.kind === 'reply' ? [placeKey(data.entry)] : [],
      ),
    ),
    'outbox row': new Set(dump.outbox.map(placeKey)),
  };
  for (const [name, places] of Object.entries(others)) {
    for (const place of replies) if (!places.has(place)) add(`${place}: a reply without its ${name}`);
    for (const place of places) if (!replies.has(place)) add(`${place}: an ${name} without a reply`);
  }
  return found;
}

/** I14: nothing that its author had not seen stands between what was seen and the reply. */
export function checkNoBlindReplies(run: Run): Violation[] {
  const { found, add } = report('I14');
  const dump = lastDump(run);
  const accepted = Map.groupBy(
    sends(run).filter((op) => op.outcome !== 'fail'),
    sendKey,
  );
  const byConversation = Map.groupBy(dump.entries, (row) => row.conversationId);
  for (const reply of dump.replies) {
    const seen = (accepted.get(replyKey(reply)) ?? []).map((op) => op.args.lastSeen);
    if (seen.length === 0 || seen.includes(undefined)) continue;
    const lastSeen = Math.max(...seen.map((position) => position ?? 0));
    const news = (byConversation.get(reply.conversationId) ?? []).filter(
      (row) =>
        row.position > lastSeen &&
        row.position < reply.position &&
        (row.kind === 'message' || (row.kind !== 'activity' && row.agentId !== reply.agentId)),
    );
    if (news.length > 0)
      add(`${placeKey(reply)} had seen ${lastSeen} and not ${news.map(placeKey).join(', ')}`);
  }
  return found;
}

/** I15: after the faults nothing is left half sent. `now` in epoch ms. */
export function checkOutboxDrained(run: Run, now: number): Violation[] {
  const { found, add } = report('I15');
  for (const row of lastDump(run).outbox) {
    if (row.state === 'sending' && (row.claimDeadline ?? 0) < now)
      add(`${placeKey(row)} is stuck while sending`);
    if (row.state === 'queued') add(`${placeKey(row)} is still queued after ${row.attempts} attempts`);
    if (row.state === 'failed' && row.lastError === null) add(`${placeKey(row)} failed for no reason`);
  }
  return found;
}

/** I16, with the simulator: it knows a message again by its key, so it keeps each once, with the text that is stored. */
export function checkBoundedDuplicates(run: Run): Violation[] {
  const { found, add } = report('I16');
  const dump = lastDump(run);
  if (run.provider !== undefined) return found;
  const texts = new Map(dump.entries.map((row) => [placeKey(row), row.body]));
  const rows = new Map(dump.outbox.map((row) => [row.messageKey, row]));
  const taken = Map.groupBy(dump.accepted, (row) => row.messageKey);
  for (const [messageKey, copies] of taken) {
    const row = rows.get(messageKey);
    if (row === undefined) add(`${messageKey} was sent without an outbox row`);
    if (copies.length > 1) add(`${messageKey} was taken ${copies.length} times`);
    const text = row === undefined ? undefined : texts.get(placeKey(row));
    if (copies.some((copy) => copy.body !== text)) add(`${messageKey} left with another text than is stored`);
  }
  for (const row of dump.outbox) {
    if (row.state === 'sent' && !taken.has(row.messageKey))
      add(`${placeKey(row)} counts as sent, but the provider never took it`);
  }
  return found;
}
