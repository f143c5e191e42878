import type { UpInput, UpResult } from '@latchbox/shared';
import { authorize } from '../../database/authorize.ts';
import type { Database } from '../../database/database.ts';
import { conversationChannel } from '../../database/lock-targets.ts';
import { envelopeOf } from '../../database/mail-addresses.ts';
import { signatureOf } from '../../database/signatures.ts';
import type { Author } from '../api.ts';
import { replyToAll } from './mail-envelope.ts';
import { undoFor } from './undo-for.ts';

export interface PrepareDeps {
  readonly db: Database;
  /** How long (ms) replies can be taken back where nobody set it. */
  readonly undoFor: number;
}

/** What a composer offers: from which addresses, to whom, under which signature. Throws `not_found`, `forbidden`. */
export async function prepare(
  deps: PrepareDeps,
  { agentId }: Author,
  { conversationId, position }: UpInput<'reply.prepare'>,
): Promise<UpResult<'reply.prepare'>> {
  const { db } = deps;
  const { inboxId } = await authorize(db.read, agentId, 'reply', { conversationId });
  const waits = await undoFor(db.read, agentId, deps.undoFor);
  if ((await conversationChannel(db.read, conversationId)) !== 'email') {
    const nobody = { to: [], cc: [] };
    return { from: [], reply: nobody, all: nobody, signature: null, undoFor: waits };
  }
  const { from, choices, to } = await envelopeOf(db.read, conversationId, inboxId);
  const signature = await signatureOf(db.read, { agentId, inboxId });
  return {
    from: from === undefined ? [] : [from, ...choices.filter(({ address }) => address !== from.address)],
    reply: { to: [to], cc: [] },
    all: await replyToAll(db.read, { conversationId, inboxId }, to, position),
    signature: signature ?? null,
    undoFor: waits,
  };
}
