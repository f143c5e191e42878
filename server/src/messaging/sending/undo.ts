import { LatchboxError, MAX_BODY_BYTES, refuse, type UpInput, type UpResult } from '@latchbox/shared';
import { attachmentsOfEntry, insertAttachments, toAttachment } from '../../database/attachments.ts';
import { authorize } from '../../database/authorize.ts';
import { setConversationStatus } from '../../database/conversation-writes.ts';
import type { Tx } from '../../database/database.ts';
import { replaceDraft, storedDraft } from '../../database/draft-writes.ts';
import { appendEvent } from '../../database/event-log.ts';
import { holdConversation } from '../../database/lock-targets.ts';
import { withdrawQueued } from '../../database/outbox-retry.ts';
import { writeReplyDelivery } from '../../database/reply-recipients.ts';
import { conversationRow } from '../../database/rows.ts';
import { entryAt } from '../../database/threads.ts';
import { newId } from '../../lib/ids.ts';
import { addActivity } from '../entries/activity.ts';
import type { Author } from '../api.ts';
import { tellDelivery } from '../delivery/delivery-news.ts';
import type { MessagingDeps } from '../deps.ts';

/**
 * Takes a reply back that no worker has claimed yet (T6). Compare-and-set on its row of the outbox: once this is answered nothing can send it
 * any more, and once it is claimed this is refused with `conflict`. Throws `forbidden` for somebody else's, `not_found`.
 */
export async function undo(
  deps: MessagingDeps,
  author: Author,
  input: UpInput<'reply.undo'>,
): Promise<UpResult<'reply.undo'>> {
  return await deps.db.inTransaction((tx) => undoOnce(tx, deps, author, input));
}

async function undoOnce(
  tx: Tx,
  deps: MessagingDeps,
  author: Author,
  { conversationId, position }: UpInput<'reply.undo'>,
): Promise<UpResult<'reply.undo'>> {
  const { inboxId } = await authorize(tx, author.agentId, 'reply', { conversationId });
  await holdConversation(tx, conversationId);
  const entry = await entryAt(tx.db, conversationId, position);
  if (entry?.kind !== 'reply') throw refuse('not_found');
  if (entry.author.id !== author.agentId) throw refuse('forbidden');
  const at = { conversationId, position };
  if (!(await withdrawQueued(tx, at)))
    throw new LatchboxError('conflict', {}, { message: 'It has left already and cannot be taken back.' });
  const delivery = { state: 'withdrawn', at: tx.now } as const;
  await writeReplyDelivery(tx, at, delivery);
  const draft = await backInDraft(tx, author, conversationId, entry.body);
  const attachments = await copyFiles(tx, author, at);
  const opened = await setConversationStatus(tx, conversationId, 'open');
  await tellDelivery(tx, deps, { ...at, inboxId }, delivery);
  if (opened) await addActivity(tx, deps, author, conversationId, { type: 'status', to: 'open' });
  const row = await conversationRow(tx.db, conversationId);
  await appendEvent(tx, `inbox:${inboxId}`, { type: 'draft.changed', row }, deps.wake);
  return { draft, attachments };
}

/** Above what was written meanwhile; where both together are too long for a draft, the text that was taken back alone. */
async function backInDraft(
  tx: Tx,
  { agentId }: Author,
  conversationId: string,
  text: string,
): Promise<UpResult<'reply.undo'>['draft']> {
  const key = { conversationId, agentId, kind: 'reply' } as const;
  const before = await storedDraft(tx.db, key);
  const both = before.body === '' || before.body === text ? text : `${text}\n\n${before.body}`;
  const body = Buffer.byteLength(both) > MAX_BODY_BYTES ? text : both;
  const revision = await replaceDraft(tx, key, { body, revision: before.revision });
  // Somebody saved in between (Postgres only): the whole is tried again by who asked.
  if (revision === undefined) throw new LatchboxError('conflict', {});
  return { body, revision, savedAt: tx.now };
}

/** The entry keeps its files; the same bytes are there once more, as if they had just been uploaded. */
async function copyFiles(
  tx: Tx,
  { agentId }: Author,
  at: { readonly conversationId: string; readonly position: number },
): Promise<UpResult<'reply.undo'>['attachments']> {
  const files = await attachmentsOfEntry(tx.db, at.conversationId, at.position);
  const copies = files.map((file) => ({
    ...file,
    id: newId('att'),
    agentId,
    conversationId: null,
    position: null,
  }));
  await insertAttachments(tx, copies);
  return copies.map(toAttachment);
}
