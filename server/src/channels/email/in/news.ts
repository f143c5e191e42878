/** What a mail tells of mails that we sent: bounces, delays, complaints. */
import { placeOf } from '../../../database/mail-in.ts';
import { markBack, markComplained, markGone } from '../../../database/manners.ts';
import { recipientsOf, type StoredRecipient } from '../../../database/reply-recipients.ts';
import type { Tx } from '../../../database/database.ts';
import type { Wake } from '../../../database/event-log.ts';
import { noteIncoming, type StopReason } from '../../../messaging/receiving/automation.ts';
import { deliveryNews } from '../../../messaging/delivery/delivery-news.ts';
import { readBounceAddress } from '../bounce-address.ts';
import { readMailId, signedMailId } from '../mail-id.ts';
import { readBounce, type RecipientNews } from './bounce.ts';
import { type Complaint, readComplaint } from './complaint.ts';
import type { MailHeaders } from './headers.ts';
import type { ReadMail } from './read-mail.ts';
import { reportedIds } from './reported.ts';

/** What is counted of incoming mail. */
export interface MailCounters {
  news(what: RecipientNews['news'] | 'complaint'): void;
  stopped(reason: StopReason): void;
}

export interface MailNews {
  readonly bounces: readonly RecipientNews[];
  readonly complaint: Complaint | undefined;
  /** Ids of the entries that it is about, of those that carry our signature. */
  readonly entries: readonly string[];
  /** Message-IDs by which its conversation is found, ours first. */
  readonly ids: readonly string[];
}

export const NO_NEWS: MailNews = { bounces: [], complaint: undefined, entries: [], ids: [] };

/** Headers in which a server may name the address that a bounce was sent to. */
const SENT_TO = ['to', 'delivered-to', 'x-original-to', 'envelope-to', 'x-forwarded-to'] as const;

/** Reads the news of a machine's mail. `recipients`: of the envelope. */
export async function readNews(
  secret: string,
  mail: ReadMail,
  recipients: readonly string[],
): Promise<MailNews> {
  const { headers } = mail;
  const sentTo = [
    ...recipients,
    ...SENT_TO.flatMap((name) => headers.addresses(name)).map(({ address }) => address),
  ];
  const byAddress = sentTo.flatMap((address) => readBounceAddress(secret, address) ?? []);
  const reported = reportedIds(mail);
  const byId = reported.flatMap((messageId) => {
    const read = readMailId(secret, messageId);
    return read?.kind === 'entry' ? [read.id] : [];
  });
  const entries = [...new Set([...byAddress, ...byId])];
  const ids = entries.map((id) => signedMailId(secret, { kind: 'entry', id }, 'news'));
  return {
    bounces: await readBounce(mail),
    complaint: readComplaint(mail),
    entries,
    ids: [...ids, ...reported],
  };
}

/**
 * Writes down what a mail tells of the reply that it is about, the first that there is: how far that got to each recipient, and what is
 * wrong at an address that it was sent to. News of addresses that the reply did not go to is nobody's. Appends events.
 */
export async function applyNews(
  tx: Tx,
  { wake, counters }: { readonly wake: Wake; readonly counters?: MailCounters | undefined },
  { bounces, complaint, entries }: MailNews,
): Promise<void> {
  if (bounces.length === 0 && complaint === undefined) return;
  for (const id of entries) {
    const place = await placeOf(tx.db, { kind: 'entry', id });
    if (place === undefined) continue;
    const sentTo = await recipientsOf(tx.db, place);
    const { conversationId, position } = place;
    for (const { addresses, news, reason, status, code, hard } of bounces) {
      const address = among(sentTo, addresses);
      if (address === undefined) continue;
      const told = { reason: reason === '' ? null : reason, code: status ?? code };
      if (hard) await markGone(tx, { address, reason, code: told.code });
      await deliveryNews(tx, { wake }, { conversationId, position, address, news, ...told });
      counters?.news(news);
    }
    const unhappy = complaint && among(sentTo, complaint.addresses);
    if (unhappy !== undefined) {
      await markComplained(tx, unhappy);
      counters?.news('complaint');
    }
    return;
  }
}

/** Which of these somebody of a reply is; where the reply had one recipient, it is that one, whatever it is called elsewhere. */
function among(sentTo: readonly StoredRecipient[], addresses: readonly string[]): string | undefined {
  const known = sentTo.map(({ address }) => address.toLowerCase());
  return addresses.find((address) => known.includes(address)) ?? (known.length === 1 ? known[0] : undefined);
}

/** How old (ms) a mail without an envelope may be to count as one that came now: older ones are imported. */
const FRESH = 3_600_000;

interface Age {
  readonly headers: MailHeaders;
  /** It came with an envelope: just now. */
  readonly enveloped: boolean;
}

/** Whether a mail is one of old times that is imported. */
export function isOld(now: number, { headers, enveloped }: Age): boolean {
  return !enveloped && now - Date.parse(headers.text('date')) > FRESH;
}

/**
 * Notes who wrote, for whoever would answer by itself; answers whether nothing does from now on. Not of old mails that are imported.
 */
export async function noteSender(
  tx: Tx,
  counters: MailCounters | undefined,
  from: { readonly inboxId: string; readonly address: string; readonly automatic: boolean },
  age: Age,
): Promise<boolean> {
  if (isOld(tx.now, age)) return false;
  if (!from.automatic) await markBack(tx, from.address.toLowerCase());
  const reason = await noteIncoming(tx, from);
  if (reason !== undefined) counters?.stopped(reason);
  return reason !== undefined;
}
