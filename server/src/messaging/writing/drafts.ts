import { LatchboxError, type UpInput, type UpResult } from '@latchbox/shared';
import { authorize } from '../../database/authorize.ts';
import type { Tx } from '../../database/database.ts';
import { type DraftKey, replaceDraft, storedDraft } from '../../database/draft-writes.ts';
import { appendEvent } from '../../database/event-log.ts';
import { holdConversation } from '../../database/lock-targets.ts';
import { conversationRow } from '../../database/rows.ts';
import type { Author } from '../api.ts';
import type { MessagingDeps } from '../deps.ts';

type Input = UpInput<'draft.save'>;

/**
 * Saves what an agent is writing; never asks for the lock (L15). A text made from an older revision is refused with `conflict`
 * and what stands there: a late autosave cannot bring back a text that was sent. Colleagues are told only when a draft comes
 * or goes, not at every save.
 */
export async function saveDraft(
  deps: MessagingDeps,
  author: Author,
  input: Input,
): Promise<UpResult<'draft.save'>> {
  return await deps.db.inTransaction((tx) => saveDraftOnce(tx, deps, author, input));
}

async function saveDraftOnce(
  tx: Tx,
  deps: MessagingDeps,
  author: Author,
  input: Input,
): Promise<UpResult<'draft.save'>> {
  const { conversationId, kind, body } = input;
  const needs = kind === 'reply' ? 'reply' : 'read';
  const { inboxId } = await authorize(tx, author.agentId, needs, { conversationId });
  const key: DraftKey = { conversationId, agentId: author.agentId, kind };
  const before = await storedDraft(tx.db, key);
  const cameOrWent = (before.body === '') !== (body === '');
  // The row goes into an event, so its conversation is locked first, before the draft (lock order).
  if (cameOrWent) await holdConversation(tx, conversationId);
  const revision = before.revision === input.revision ? await replaceDraft(tx, key, input) : undefined;
  if (revision === undefined) {
    const { revision: newer, body: text } = await storedDraft(tx.db, key);
    throw new LatchboxError('conflict', { revision: newer, body: text });
  }
  if (cameOrWent) {
    const row = await conversationRow(tx.db, conversationId);
    await appendEvent(tx, `inbox:${inboxId}`, { type: 'draft.changed', row }, deps.wake);
  }
  return { revision, savedAt: tx.now };
}
