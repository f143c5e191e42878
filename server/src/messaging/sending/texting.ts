import { LatchboxError, refuse, refuseBy } from '@latchbox/shared';
import { MAX_SMS_LENGTH } from '@latchbox/shared/sms-segments';
import { isErased } from '../../database/contacts/wiping.ts';
import type { Tx } from '../../database/database.ts';
import { optOutOf } from '../../database/texting/opt-outs.ts';
import { smsThread } from '../../database/texting/threads.ts';

/**
 * What keeps a text from being stored at all, so that its author learns it at once: throws `not_connected` for a conversation whose
 * number is not ours any more, `opted_out` for a contact who said STOP (M12), and `not_registered` for a number that the carriers
 * do not let send yet (M4); `refused` for a contact who was erased; `invalid` for what no text can be. The conversation's row is locked by the caller, as it is where a STOP is written down.
 */
export async function requireTextable(
  tx: Tx,
  conversationId: string,
  { body, files }: { readonly body: string; readonly files: number },
): Promise<void> {
  const thread = await smsThread(tx.db, conversationId);
  if (thread === undefined || thread.releasedAt !== null) throw refuse('not_connected');
  if (isErased(thread.address)) throw refuseBy('contact_erased');
  if ((await optOutOf(tx.db, thread))?.state === 'out') throw refuse('opted_out');
  const { registration } = thread;
  if (registration !== 'not_needed' && registration !== 'ready') throw refuse('not_registered');
  if (body.length > MAX_SMS_LENGTH) throw invalid('body', `must be at most ${MAX_SMS_LENGTH} characters`);
  if (files > 0 && !thread.mms) throw invalid('attachments', 'this number sends no files');
  if (files > MAX_FILES) throw invalid('attachments', `must be at most ${MAX_FILES}`);
}

/** Of one text, at any provider. */
const MAX_FILES = 10;

const invalid = (path: string, message: string) =>
  new LatchboxError('invalid', { issues: [{ path, message }] });
