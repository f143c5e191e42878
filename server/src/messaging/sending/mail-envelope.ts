import { LatchboxError, type MailAddress, type MailOut, refuse, refuseBy } from '@latchbox/shared';
import { isErased } from '../../database/contacts/wiping.ts';
import type { Handle, Tx } from '../../database/database.ts';
import { envelopeOf, ownAmong } from '../../database/mail-addresses.ts';
import { masterOf } from '../../database/mail-masters.ts';
import type { NewRecipient } from '../../database/reply-recipients.ts';
import { entryAt, newestMessages } from '../../database/threads.ts';
import type { Addressed, Author } from '../api.ts';

const MAX_SUBJECT = 500;
const MAX_NAME = 200;
/** Of a copy to all; the rest of a longer list is left to be named by hand. */
const MOST_OF_ALL = 50;
/** So many of the newest messages are looked at for the one that everybody is answered in. */
const LOOKED_AT = 50;

interface Place {
  readonly conversationId: string;
  readonly inboxId: string;
}

/** What a mail that is written first has of its own. */
export interface ComposedMail {
  /** Address of the account that it leaves from. */
  readonly from: string;
  /** As it was written; undefined: that of the conversation which it continues. */
  readonly subject: string | undefined;
}

/**
 * From, To, Cc, Bcc and Subject of a reply that leaves as a mail. Where nothing is said: from the address that the customer wrote to,
 * to the contact, under the conversation's own subject (mail programs begin a new thread with a changed one). Answers are wanted at the
 * master of the mailbox, if it has one (A1). Throws `not_connected` when the inbox has no address, `invalid` for a sender that is none
 * of its addresses, and for a forward to nobody, `refused` for a contact who was erased.
 */
export async function mailEnvelope(
  tx: Tx,
  author: Author,
  place: Place,
  { recipients, from: wanted, forward }: Addressed = {},
  composed?: ComposedMail,
): Promise<MailOut> {
  const { conversationId, inboxId } = place;
  const {
    from: usual,
    choices,
    to,
    subject,
  } = await envelopeOf(tx.db, conversationId, inboxId, composed?.from);
  if (usual === undefined) throw refuse('not_connected');
  const from = wanted === undefined ? usual : choices.find(({ address }) => address === wanted.toLowerCase());
  if (from === undefined) throw invalid('from', 'is no address of this inbox');
  if (forward !== undefined && (recipients === undefined || recipients === 'all'))
    throw invalid('recipients', 'is needed to pass something on');
  if ((recipients === undefined || recipients === 'all') && isErased(to.address))
    throw refuseBy('contact_erased');
  const name = `${author.agentName} (${from.name})`.slice(0, MAX_NAME).toWellFormed();
  const replyTo = await masterOf(tx.db, from.address);
  return {
    from: { name, address: from.address },
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(recipients === undefined
      ? { to: [to] }
      : recipients === 'all'
        ? await toAll(tx.db, place, to)
        : each(recipients)),
    subject: forward === undefined ? (composed?.subject ?? answering(subject)) : passingOn(subject),
  };
}

/** Everybody of a mail: who wrote it in To, whom else it went to in Cc; addresses of ours in neither. */
export async function replyToAll(
  db: Handle,
  place: Place,
  contact: MailAddress,
  position?: number,
): Promise<{ to: MailAddress[]; cc: MailAddress[] }> {
  const answered =
    position === undefined
      ? (await newestMessages(db, place.conversationId, LOOKED_AT)).find(
          ({ mail }) => mail !== undefined && mail.automatic !== true && mail.newParticipant !== true,
        )
      : await entryAt(db, place.conversationId, position);
  if (answered?.kind !== 'message') return { to: [contact], cc: [] };
  const { author, mail } = answered;
  const named = [...(mail?.to ?? []), ...(mail?.cc ?? [])].filter(({ address }) => address.includes('@'));
  const own = await ownAmong(
    db,
    named.map(({ address }) => address),
  );
  const others = named.filter(({ address }) => !own.has(address));
  const { to, cc = [] } = each({ to: [{ name: author.name, address: author.address }], cc: others });
  return { to, cc: cc.slice(0, MOST_OF_ALL - to.length) };
}

async function toAll(
  db: Handle,
  place: Place,
  contact: MailAddress,
): Promise<Pick<MailOut, 'to'> & { cc?: MailAddress[] }> {
  const { to, cc } = await replyToAll(db, place, contact);
  return cc.length === 0 ? { to } : { to, cc };
}

type Named = { readonly name?: string | undefined; readonly address: string };

/** Nobody twice, however it is capitalised: the first place counts. */
function each(all: {
  readonly to: readonly Named[];
  readonly cc?: readonly Named[] | undefined;
  readonly bcc?: readonly Named[] | undefined;
}): { to: MailAddress[]; cc?: MailAddress[]; bcc?: MailAddress[] } {
  const seen = new Set<string>();
  const fresh = (list: readonly Named[] = []): MailAddress[] =>
    list.flatMap(({ name = '', address }) => {
      const key = address.toLowerCase();
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ name: name.trim(), address }];
    });
  const to = fresh(all.to);
  const cc = fresh(all.cc);
  const bcc = fresh(all.bcc);
  return { to, ...(cc.length === 0 ? {} : { cc }), ...(bcc.length === 0 ? {} : { bcc }) };
}

function answering(subject: string): string {
  const answer = /^re:/i.test(subject) ? subject : `Re: ${subject}`;
  return answer.slice(0, MAX_SUBJECT).toWellFormed();
}

function passingOn(subject: string): string {
  const passed = /^fwd?:/i.test(subject) ? subject : `Fwd: ${subject}`;
  return passed.slice(0, MAX_SUBJECT).toWellFormed();
}

/** A field of a reply that cannot be as it is. */
export function invalid(path: string, message: string): LatchboxError {
  return new LatchboxError('invalid', { issues: [{ path, message }] });
}

/** Everybody to whom a mail goes. */
export function recipientsOfMail({ to, cc = [], bcc = [] }: MailOut): NewRecipient[] {
  return [
    ...to.map((one) => ({ kind: 'to' as const, ...one })),
    ...cc.map((one) => ({ kind: 'cc' as const, ...one })),
    ...bcc.map((one) => ({ kind: 'bcc' as const, ...one })),
  ];
}
