import { type Attachment, LatchboxError, MAX_ATTACHMENT_BYTES, refuse } from '@latchbox/shared';
import { attachmentById, takeAttachment, toAttachment } from '../../database/attachments.ts';
import type { Tx } from '../../database/database.ts';

/**
 * The files that an agent uploaded for a reply or note, in the order asked for. Throws `not_found` for one that is not there,
 * not this agent's or taken already (all alike), `too_large` when they are too much together. They are taken by
 * `takeUploads`, once the entry has its place.
 */
export async function findUploads(tx: Tx, agentId: string, ids: readonly string[]): Promise<Attachment[]> {
  const found: Attachment[] = [];
  for (const id of ids) {
    const file = await attachmentById(tx.db, id);
    if (file?.agentId !== agentId || file.conversationId !== null) throw refuse('not_found');
    found.push(toAttachment(file));
  }
  const size = found.reduce((sum, file) => sum + file.size, 0);
  if (size > MAX_ATTACHMENT_BYTES) throw new LatchboxError('too_large', { max: MAX_ATTACHMENT_BYTES });
  return found;
}

/** Gives the files to an entry. Throws `not_found` when another reply was faster, or one is named twice. */
export async function takeUploads(
  tx: Tx,
  agentId: string,
  ids: readonly string[],
  place: { readonly conversationId: string; readonly position: number },
): Promise<void> {
  const { conversationId, position } = place;
  for (const id of ids) {
    if ((await takeAttachment(tx, { id, agentId, conversationId, position })) === undefined) {
      throw refuse('not_found');
    }
  }
}
