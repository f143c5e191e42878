/** Replies for later: made, listed, changed and canceled by their author (T6). */
import { LatchboxError, refuse, type ScheduledReply, type UpInput } from '@latchbox/shared';
import { authorize } from '../../database/authorize.ts';
import type { Tx } from '../../database/database.ts';
import { clearDraft } from '../../database/draft-writes.ts';
import { appendEvent, type Wake } from '../../database/event-log.ts';
import { holdConversation } from '../../database/lock-targets.ts';
import { conversationRow } from '../../database/rows.ts';
import {
  changeSchedule,
  insertSchedule,
  type ScheduleChange,
  scheduledByClientId,
  scheduledById,
  scheduledOf,
  scheduledOfAgent,
} from '../../database/scheduled.ts';
import { newId } from '../../lib/ids.ts';
import type { Author, Scheduling } from '../api.ts';
import type { MessagingDeps } from '../deps.ts';
import { invalid } from '../sending/mail-envelope.ts';
import { requestHash } from '../request-hash.ts';
import { findUploads } from '../writing/uploads.ts';

/** How far ahead (ms) a reply may be scheduled. */
const FARTHEST = 2 * 366 * 86_400_000;

export function createScheduling(deps: MessagingDeps): Scheduling {
  const { db } = deps;
  return {
    async schedule(author, input) {
      return { scheduled: await db.inTransaction((tx) => scheduleOnce(tx, deps, author, input)) };
    },
    async scheduled({ agentId }, { conversationId, inboxIds }) {
      if (conversationId === undefined) {
        const all = await scheduledOfAgent(db.read, agentId);
        return { scheduled: all.filter(({ inboxId }) => inboxIds?.includes(inboxId) ?? true) };
      }
      await authorize(db.read, agentId, 'read', { conversationId });
      return { scheduled: await scheduledOf(db.read, conversationId) };
    },
    async reschedule(author, input) {
      return { scheduled: await db.inTransaction((tx) => changeOnce(tx, deps, author, input)) };
    },
    async unschedule(author, { id }) {
      return {
        scheduled: await db.inTransaction((tx) =>
          move(tx, deps, author, id, ['waiting', 'stopped'], { state: 'canceled' }),
        ),
      };
    },
  };
}

async function scheduleOnce(
  tx: Tx,
  deps: MessagingDeps,
  author: Author,
  input: UpInput<'reply.schedule'>,
): Promise<ScheduledReply> {
  const { conversationId, clientId, lastSeen, sendAt, attachments = [], then = 'stay', ...said } = input;
  const hash = requestHash('schedule', JSON.stringify({ ...input, lastSeen: 0 }));
  const known = await scheduledByClientId(tx.db, author.agentId, clientId);
  if (known !== undefined) {
    if (known.requestHash !== hash) throw refuse('idempotency_mismatch');
    return known.scheduled;
  }
  const { inboxId } = await authorize(tx, author.agentId, 'reply', { conversationId });
  await holdConversation(tx, conversationId);
  const row = await conversationRow(tx.db, conversationId);
  if (lastSeen > row.newestPosition) throw invalid('lastSeen', 'is beyond the newest entry');
  requireNear(tx.now, sendAt);
  const files =
    attachments.length === 0 ? {} : { attachments: await findUploads(tx, author.agentId, attachments) };
  const id = newId('sch');
  const { agentId } = author;
  const reply = { ...said, ...files, then };
  await insertSchedule(tx, {
    id,
    conversationId,
    agentId,
    clientId,
    requestHash: hash,
    reply,
    lastSeen,
    sendAt,
  });
  await clearDraft(tx, { conversationId, agentId, kind: 'reply' });
  const after = await conversationRow(tx.db, conversationId);
  await appendEvent(tx, `inbox:${inboxId}`, { type: 'draft.changed', row: after }, deps.wake);
  return await tellSchedule(tx, deps, id);
}

function requireNear(now: number, sendAt: number): void {
  if (sendAt > now + FARTHEST) throw invalid('sendAt', 'must be at most two years ahead');
}

/** What waits or was stopped waits again, with what was changed. */
async function changeOnce(
  tx: Tx,
  deps: MessagingDeps,
  author: Author,
  { id, sendAt, lastSeen, body, then }: UpInput<'reply.reschedule'>,
): Promise<ScheduledReply> {
  const { scheduled, reply } = await mine(tx, author, id);
  const at = sendAt ?? scheduled.sendAt;
  requireNear(tx.now, at);
  return await move(tx, deps, author, id, ['waiting', 'stopped'], {
    state: 'waiting',
    reply: { ...reply, body: body ?? reply.body, then: then ?? reply.then },
    lastSeen: lastSeen ?? scheduled.lastSeen,
    sendAt: at,
    dueAt: at,
  });
}

async function mine(tx: Tx, { agentId }: Author, id: string) {
  const found = await scheduledById(tx.db, id);
  if (found?.scheduled.author.id !== agentId) throw refuse('not_found');
  return found;
}

async function move(
  tx: Tx,
  deps: MessagingDeps,
  author: Author,
  id: string,
  from: readonly ScheduledReply['state'][],
  change: ScheduleChange,
): Promise<ScheduledReply> {
  await mine(tx, author, id);
  if (!(await changeSchedule(tx, id, from, change))) throw new LatchboxError('conflict', {});
  return await tellSchedule(tx, deps, id);
}

/** Tells its author how a scheduled reply is now; last in its transaction. */
export async function tellSchedule(
  tx: Tx,
  { wake }: { readonly wake: Wake },
  id: string,
): Promise<ScheduledReply> {
  const found = await scheduledById(tx.db, id);
  if (found === undefined) throw new Error('a scheduled reply vanished inside its transaction');
  const { scheduled } = found;
  await appendEvent(tx, `agent:${scheduled.author.id}`, { type: 'scheduled.changed', scheduled }, wake);
  return scheduled;
}
