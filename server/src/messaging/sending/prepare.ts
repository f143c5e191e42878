import type { AddressTrouble, UpInput, UpResult } from '@latchbox/shared';
import { authorize } from '../../database/authorize.ts';
import type { Database, Handle } from '../../database/database.ts';
import { conversationChannel } from '../../database/lock-targets.ts';
import { envelopeOf } from '../../database/mail-addresses.ts';
import { troubleAt } from '../../database/manners.ts';
import { signatureOf } from '../../database/signatures.ts';
import { optOutOf } from '../../database/texting/opt-outs.ts';
import { smsThread } from '../../database/texting/threads.ts';
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
  const channel = await conversationChannel(db.read, conversationId);
  if (channel !== 'email') {
    const texts = channel === 'sms' ? await ofTexts(db.read, conversationId) : NOTHING;
    return { ...texts, all: texts.reply, signature: null, undoFor: waits };
  }
  const { from, choices, to } = await envelopeOf(db.read, conversationId, inboxId);
  const signature = await signatureOf(db.read, { agentId, inboxId });
  const all = await replyToAll(db.read, { conversationId, inboxId }, to, position);
  return {
    from: from === undefined ? [] : [from, ...choices.filter(({ address }) => address !== from.address)],
    reply: { to: [to], cc: [] },
    all,
    troubles: await troublesOf(db.read, [to, ...all.to, ...all.cc]),
    signature: signature ?? null,
    undoFor: waits,
  };
}

type Prepared = Pick<UpResult<'reply.prepare'>, 'from' | 'reply' | 'troubles'>;

const NOTHING: Prepared = { from: [], reply: { to: [], cc: [] }, troubles: [] };

/** Our number, theirs, and whether they want no texts from it (M12). */
async function ofTexts(db: Handle, conversationId: string): Promise<Prepared> {
  const thread = await smsThread(db, conversationId);
  if (thread === undefined) return NOTHING;
  const { address, e164 } = thread;
  const said = await optOutOf(db, thread);
  return {
    from: [{ name: '', address: e164 }],
    reply: { to: [{ name: '', address }], cc: [] },
    troubles: said?.state === 'out' ? [{ address, what: 'opted_out', at: said.at }] : [],
  };
}

async function troublesOf(
  db: Handle,
  to: readonly { readonly address: string }[],
): Promise<AddressTrouble[]> {
  const troubles: AddressTrouble[] = [];
  for (const address of new Set(to.map((one) => one.address.toLowerCase()))) {
    const { goneAt = null, goneReason = null, complainedAt = null } = (await troubleAt(db, address)) ?? {};
    const reason = goneReason === null ? {} : { reason: goneReason };
    if (goneAt !== null) troubles.push({ address, what: 'gone', at: goneAt, ...reason });
    else if (complainedAt !== null) troubles.push({ address, what: 'complained', at: complainedAt });
  }
  return troubles;
}
