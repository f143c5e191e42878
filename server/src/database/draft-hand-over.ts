/** The reply draft that goes along with a lock that is handed over (L12, L15). */
import { DraftBody } from '@latchbox/shared';
import type { Tx } from './database.ts';
import { type DraftKey, replaceDraft, storedDraft } from './draft-writes.ts';

/** A save of either agent may come between a read and the write that follows it (Postgres only). */
const ATTEMPTS = 5;

/**
 * Copies the reply draft: into an empty place as it is; a text that the colleague has already stays before it. The giver's goes
 * away, and its revision is raised, so that a late autosave cannot bring it back. False: there was no draft, or both together
 * are longer than a draft may be; then everybody keeps their own.
 */
export async function handDraftOver(
  tx: Tx,
  hand: { readonly conversationId: string; readonly from: string; readonly to: string },
): Promise<boolean> {
  const { conversationId } = hand;
  const given: DraftKey = { conversationId, agentId: hand.from, kind: 'reply' };
  const taken: DraftKey = { conversationId, agentId: hand.to, kind: 'reply' };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const theirs = await storedDraft(tx.db, taken);
    const { body, revision } = await storedDraft(tx.db, given);
    const whole = theirs.body === '' ? body : `${theirs.body}\n\n${body}`;
    if (body === '' || !DraftBody.safeParse(whole).success) return false;
    if ((await replaceDraft(tx, given, { body: '', revision })) === undefined) continue;
    if (await put(tx, taken, whole, body, theirs)) return true;
  }
  return false;
}

/** The giver's text is out of its place already: it must not be lost, whatever is saved meanwhile. */
async function put(
  tx: Tx,
  taken: DraftKey,
  whole: string,
  body: string,
  theirs: { readonly body: string; readonly revision: number },
): Promise<boolean> {
  let text = { body: whole, revision: theirs.revision };
  for (;;) {
    if ((await replaceDraft(tx, taken, text)) !== undefined) return true;
    const now = await storedDraft(tx.db, taken);
    text = { body: now.body === '' ? body : `${now.body}\n\n${body}`, revision: now.revision };
  }
}
