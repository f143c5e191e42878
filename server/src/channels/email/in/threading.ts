/** Finds the conversation that a mail belongs to (CHANNELS, "Matching an inbound mail to a conversation"). */
import type { Handle } from '../../../database/database.ts';
import { conversationsByMailIds, placeOf, recentConversations, tookPart } from '../../../database/mail-in.ts';
import { type AnswersWanted, answersWanted } from '../../../database/mail-masters.ts';
import { readMailId } from '../mail-id.ts';
import type { MailHeaders } from './headers.ts';

/** How long (ms) after its last message a conversation may still be found by its subject. */
const SUBJECT_FOR = 14 * 24 * 3_600_000;
/** Headers in which the address may stand that the mail was sent to; one that relays rewrote may be in any of them. */
const RECIPIENTS = [
  'to',
  'cc',
  'bcc',
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-forwarded-to',
] as const;

export interface ThreadingFacts {
  readonly inboxId: string;
  /** Of the envelope, in the spelling that was given. */
  readonly recipients: readonly string[];
  readonly headers: MailHeaders;
  /** Message-IDs of mails that a report is about. */
  readonly reported: readonly string[];
  /** Lower case. */
  readonly contact: string;
  readonly subject: string;
  readonly automatic: boolean;
  /** Inboxes that get a copy of their own. */
  readonly alsoTo: ReadonlySet<string>;
}

export interface Thread {
  readonly conversationId: string;
  /** Of the conversation: another one than the mail came to where our own id led there. */
  readonly inboxId: string;
  /** Into which inbox it moves with this mail (A1). */
  readonly moveTo?: string | undefined;
  /** Inboxes that may have got the same mail for this conversation. */
  readonly alsoIn: readonly string[];
  /** Its sender had not taken part: only our own signed id brought the mail here. */
  readonly newParticipant: boolean;
}

/**
 * The conversation that a mail continues; undefined: it begins one. First what we signed ourselves: reply addresses, then ids
 * in In-Reply-To and References, the last one first. Ids that others made, and which may be guessed, count only for a sender who
 * took part. The subject counts last, and only where the mail says that it is an answer.
 */
export async function findThread(
  db: Handle,
  secret: string,
  now: number,
  facts: ThreadingFacts,
): Promise<Thread | undefined> {
  const answered = [...facts.headers.ids('in-reply-to'), ...facts.headers.ids('references').toReversed()];
  const signed = [...replyTokens(facts), ...answered, ...facts.reported];
  const ours = await firstSigned(db, secret, signed, facts);
  if (ours !== undefined) {
    const known = await tookPart(db, ours.conversationId, facts.contact);
    return { ...ours, newParticipant: !known && !facts.automatic };
  }
  const seen = await firstSeen(db, answered, facts);
  const found = seen ?? (await bySubject(db, now, facts));
  if (found === undefined) return undefined;
  const wanted = await answersWanted(db, found);
  return { ...followed(found, facts.inboxId, wanted, facts), newParticipant: false };
}

type Followed = Omit<Thread, 'newParticipant'>;

/**
 * A conversation as a mail goes on with it. Where a mailbox has asked for its answers at another one, a person's answer that comes to
 * either of them takes the conversation there, if it is still where it was answered from.
 */
function followed(
  conversationId: string,
  inboxId: string,
  wanted: AnswersWanted | undefined,
  facts: ThreadingFacts,
): Followed {
  const alsoIn = [
    ...new Set([inboxId, ...facts.alsoTo, ...(wanted === undefined ? [] : [wanted.from, wanted.to])]),
  ];
  const moves =
    isBetween(wanted, facts.inboxId) && inboxId === wanted.from && inboxId !== wanted.to && !facts.automatic;
  return {
    conversationId,
    inboxId,
    ...(moves ? { moveTo: wanted.to } : {}),
    alsoIn: alsoIn.filter((id) => id !== facts.inboxId),
  };
}

function isBetween(wanted: AnswersWanted | undefined, inboxId: string): wanted is AnswersWanted {
  return wanted !== undefined && (inboxId === wanted.from || inboxId === wanted.to);
}

/** What stands behind a plus in an address of ours, `orders+c.<id>.<mac>@…`, in the form of an id. */
function replyTokens({ recipients, headers }: ThreadingFacts): string[] {
  const addresses = [
    ...recipients,
    ...RECIPIENTS.flatMap((name) => headers.addresses(name)).map(({ address }) => address),
  ];
  return addresses.flatMap((address) => {
    const [, token] = /^[^+@]*\+([mc]\.[^@]+@.+)$/.exec(address) ?? [];
    return token === undefined ? [] : [token];
  });
}

async function firstSigned(
  db: Handle,
  secret: string,
  ids: readonly string[],
  facts: ThreadingFacts,
): Promise<Followed | undefined> {
  const { inboxId, alsoTo } = facts;
  for (const id of ids) {
    const read = readMailId(secret, id);
    const place = read === undefined ? undefined : await placeOf(db, read);
    if (place === undefined) continue;
    const wanted = await answersWanted(db, place.conversationId);
    // A mail to two inboxes: each copy stays in its own, and only the one of the conversation's inbox continues it. Unless it was
    // asked for at both.
    const here = place.inboxId === inboxId || !alsoTo.has(place.inboxId) || isBetween(wanted, inboxId);
    if (here) return followed(place.conversationId, place.inboxId, wanted, facts);
  }
  return undefined;
}

async function firstSeen(
  db: Handle,
  ids: readonly string[],
  { inboxId, contact }: ThreadingFacts,
): Promise<string | undefined> {
  const seen = await conversationsByMailIds(db, [...new Set(ids)]);
  const here = seen.filter((one) => one.inboxId === inboxId).toSorted((a, b) => b.lastAt - a.lastAt);
  const asked = new Map<string, boolean>();
  for (const id of ids) {
    for (const { messageId, conversationId } of here) {
      if (messageId !== id) continue;
      const part = asked.get(conversationId) ?? (await tookPart(db, conversationId, contact));
      asked.set(conversationId, part);
      if (part) return conversationId;
    }
  }
  return undefined;
}

async function bySubject(
  db: Handle,
  now: number,
  { inboxId, contact, subject, automatic }: ThreadingFacts,
): Promise<string | undefined> {
  const plain = plainSubject(subject);
  if (automatic || !plain.isReply || isGeneric(plain.text)) return undefined;
  const recent = await recentConversations(db, { inboxId, address: contact, after: now - SUBJECT_FOR });
  return recent.find((one) => plainSubject(one.subject).text === plain.text)?.id;
}

/** Marks of answers in the languages of common mail programs, with counters as in `Re[2]:`. */
const REPLY =
  /^(re|aw|antw|antwort|sv|vs|vá|rép|rv|res|r|ris|odp|ynt|atb|ats|σχετ|απ|на|ответ|отв|re|回复|回覆|答复|返信|답장|회신|yan|bls|balas|reply)\s*(\[\d+\]|\(\d+\)|\d+)?\s*[:：]\s*/iu;
const FORWARD =
  /^(fwd?|wg|tr|rv|enc|i|pd|vb|doorst|vl|fs|továbbítás|пересл|转发|轉寄|転送|전달)\s*[:：]\s*/iu;
const TAG = /^\[[^\]]{1,60}\]\s*/;

/** A subject without its marks, tags of lists, case and double spaces; and whether it said that it is an answer. */
export function plainSubject(subject: string): { readonly text: string; readonly isReply: boolean } {
  let text = subject.normalize('NFKC').trim();
  let isReply = false;
  for (let more = true; more; ) {
    const before = text;
    if (REPLY.test(text)) {
      isReply = true;
      text = text.replace(REPLY, '');
    }
    text = text.replace(FORWARD, '').replace(TAG, '').trimStart();
    more = text !== before;
  }
  return { text: text.toLowerCase().replaceAll(/\s+/g, ' ').trim(), isReply };
}

const GENERIC = new Set([
  '(no subject)',
  'no subject',
  'message',
  'inquiry',
  'enquiry',
  'question',
  'request',
  'invoice',
  'order',
  'support',
  'contact',
  'feedback',
  'hello there',
  'follow up',
  'meeting',
  'urgent',
  'anfrage',
  'rechnung',
  'bestellung',
  'problem',
  'update',
  'information',
]);

/** Says too little to tell two conversations of one person apart. */
function isGeneric(text: string): boolean {
  return text.length < 6 || GENERIC.has(text);
}
