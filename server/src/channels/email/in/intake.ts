import { type Attachment, LatchboxError } from '@latchbox/shared';
import { insertAttachments } from '../../../database/attachments.ts';
import type { Database, Tx } from '../../../database/database.ts';
import type { EntryExtra } from '../../../database/entries.ts';
import type { Wake } from '../../../database/event-log.ts';
import { claimInbound, placeInbound, twinIn } from '../../../database/inbound.ts';
import { holdConversation } from '../../../database/lock-targets.ts';
import { insertMailIn, ownAddresses, placeOf, rememberMailIds } from '../../../database/mail-in.ts';
import { type FileStore, StorageFull } from '../../../files/file-store.ts';
import { domainOf } from '../../../lib/domain-of.ts';
import { newId } from '../../../lib/ids.ts';
import type { Log } from '../../../lib/log.ts';
import type { Continues, InboundMessage, KeptPlace, Messaging } from '../../../messaging/api.ts';
import { readBounceAddress } from '../bounce-address.ts';
import { readMailId } from '../mail-id.ts';
import { asksForNoAnswer, isAutomatic } from './automatic.ts';
import { cleanLine } from './clean-text.ts';
import { contentKey } from './content-key.ts';
import { contactOf, fromOf, type Senders } from './contact.ts';
import { attachmentOf, type OnDisk, shown, writeFiles } from './mail-disk.ts';
import { bodyOf, extraOf } from './message.ts';
import { type ReadMail, readMail, unreadable } from './read-mail.ts';
import { findSentThread } from './sent-thread.ts';
import { applyNews, isOld, type MailCounters, type MailNews, NO_NEWS, noteSender, readNews } from './news.ts';
import { findThread, type Thread, type ThreadingFacts } from './threading.ts';

/** A mail as it came in. */
export interface ArrivedMail {
  readonly raw: Buffer;
  /** MAIL FROM; empty for `<>`; undefined where there was no envelope (a file that is imported). */
  readonly sender: string | undefined;
  /** RCPT TO, those that are ours. */
  readonly recipients: readonly string[];
  /** The copy of one mailbox: other inboxes that To and Cc name get copies of their own. */
  readonly oneCopy?: boolean;
  /** Written elsewhere with one of our own mailboxes: its address. Only what belongs to a conversation may be given. */
  readonly sentBy?: string | undefined;
  /** Not to be read, and why: it is kept as it is. */
  readonly unreadable?: string | undefined;
  /** What is wrong with it besides what is found in it. */
  readonly problem?: string | undefined;
  /** Writes down that it was dealt with, in the transaction that files it or finds it filed. */
  readonly mark?: ((tx: Tx, filed: Marked) => Promise<void>) | undefined;
}

/** `own`: one of our own that came back. */
export interface Marked extends Omit<Filed, 'inboxId'> {
  readonly own: boolean;
}

/** Where a mail was filed, one for each inbox that got it. */
export interface Filed {
  readonly inboxId: string;
  readonly conversationId: string;
  readonly position: number;
  /** It had come in before. */
  readonly duplicate: boolean;
}

export interface MailIntake {
  /** The inbox of an address, also of one with a plus in it; undefined for one that is not ours. Throws when the store is down. */
  inboxOf(address: string): Promise<string | undefined>;
  /**
   * Files a mail into the inboxes of its recipients and answers when everything is on the disk. Throws only when the store is
   * down; the same mail given again is filed once in each inbox.
   */
  accept(mail: ArrivedMail): Promise<Filed[]>;
  /** As `accept`, into this inbox whatever the mail's recipients are. */
  acceptInto(inboxId: string, mail: ArrivedMail): Promise<Filed>;
}

export interface MailIntakeDeps {
  readonly db: Database;
  readonly messaging: Pick<Messaging, 'receive'>;
  readonly files: Pick<FileStore, 'write'>;
  /** Signs our own Message-IDs. */
  readonly secret: string;
  readonly log: Log;
  /** Tells of replies that a bounce is about. Default: nobody. */
  readonly wake?: Wake;
  /** Domains whose `bounce+…` addresses come in here, lower case. */
  readonly bounceDomains?: readonly string[];
  readonly counters?: MailCounters | undefined;
}

/** What is known of a mail before it is filed. */
interface Understood extends Senders {
  readonly mail: ReadMail;
  readonly arrived: ArrivedMail;
  readonly automatic: boolean;
  readonly news: MailNews;
  readonly messageId: string | null;
  readonly body: ReturnType<typeof bodyOf>;
  readonly inboxes: ReadonlySet<string>;
  /** Inboxes that get a copy of their own. */
  readonly alsoTo: ReadonlySet<string>;
  readonly own: ReadonlyMap<string, string>;
}

export function createMailIntake(deps: MailIntakeDeps): MailIntake {
  const { db, log } = deps;

  async function inboxOf(address: string): Promise<string | undefined> {
    const [plain, base] = [address.toLowerCase(), withoutPlus(address)];
    const own = await ownAddresses(db.read, [...new Set([plain, base])]);
    return own.get(plain) ?? own.get(base) ?? (await inboxOfBounce(deps, address));
  }

  async function fileInto(inboxes: ReadonlySet<string>, arrived: ArrivedMail): Promise<Filed[]> {
    try {
      return await fileAll(deps, inboxes, arrived, await readArrived(arrived));
    } catch (error) {
      if (LatchboxError.is(error) || error instanceof StorageFull) throw error;
      // Either the store is down, and then this fails as well; or there is something in this mail that nobody thought of.
      const plain = unreadable(arrived.raw, 'This mail could not be filed as it is. Its original is kept.');
      const filed = await fileAll(deps, inboxes, arrived, plain);
      log.error('A mail could not be filed as it is and was filed as unreadable', { error });
      return filed;
    }
  }

  return {
    inboxOf,
    async accept(arrived) {
      const inboxes = new Set<string>();
      for (const address of arrived.recipients) {
        const inboxId = await inboxOf(address);
        if (inboxId !== undefined) inboxes.add(inboxId);
      }
      return await fileInto(inboxes, arrived);
    },
    async acceptInto(inboxId, arrived) {
      const [filed] = await fileInto(new Set([inboxId]), arrived);
      if (filed === undefined) throw new Error('a mail was filed nowhere');
      return filed;
    },
  };
}

/** Of the reply whose envelope sender an address was. */
async function inboxOfBounce(
  { db, secret, bounceDomains = [] }: MailIntakeDeps,
  address: string,
): Promise<string | undefined> {
  const domain = domainOf(address);
  const id = bounceDomains.includes(domain) ? readBounceAddress(secret, address) : undefined;
  return id && (await placeOf(db.read, { kind: 'entry', id }))?.inboxId;
}

async function readArrived({ raw, unreadable: why, problem }: ArrivedMail): Promise<ReadMail> {
  if (why !== undefined) return unreadable(raw, why);
  const mail = await readMail(raw);
  if (problem === undefined) return mail;
  return { ...mail, problem: mail.problem === undefined ? problem : `${problem} ${mail.problem}` };
}

async function fileAll(
  deps: MailIntakeDeps,
  inboxes: ReadonlySet<string>,
  arrived: ArrivedMail,
  mail: ReadMail,
): Promise<Filed[]> {
  const known = await understand(deps, inboxes, arrived, mail);
  const disk = await writeFiles(deps.files, arrived.raw, mail.files);
  const filed: Filed[] = [];
  // One transaction for each inbox: a second one that fails is answered with 4xx, and the mail that comes again is known in the first.
  for (const inboxId of inboxes) filed.push(await fileOne(deps, inboxId, known, disk));
  return filed;
}

async function understand(
  { db, secret }: MailIntakeDeps,
  inboxes: ReadonlySet<string>,
  arrived: ArrivedMail,
  mail: ReadMail,
): Promise<Understood> {
  const { headers, type } = mail;
  const from = fromOf(headers, arrived.sender ?? headers.addresses('return-path')[0]?.address ?? '');
  const namedIn = (...names: string[]): string[] =>
    names.flatMap((name) => headers.addresses(name)).map(({ address }) => address.toLowerCase());
  const senders = namedIn('from', 'reply-to', 'x-original-from', 'x-original-sender');
  const recipients = arrived.oneCopy === true ? namedIn('to', 'cc') : [];
  const own = await ownAddresses(db.read, [...new Set([...senders, ...recipients])]);
  const others = recipients.map((address) => own.get(address)).filter((inboxId) => inboxId !== undefined);
  const isOwn = (address: string): boolean => own.has(address.toLowerCase());
  const machine = isAutomatic({ headers, type, sender: arrived.sender, from: from.address });
  const { sentBy } = arrived;
  const contact =
    sentBy === undefined
      ? contactOf(headers, from, { automatic: machine, isOwn })
      : { name: from.name === '' ? sentBy : from.name, address: sentBy };
  return {
    mail,
    arrived,
    from,
    contact,
    own,
    inboxes,
    alsoTo: new Set([...inboxes, ...others]),
    // A form on a website writes from our address and names the customer in Reply-To; else it is one of our own machines.
    automatic: sentBy === undefined && (machine || isOwn(contact.address)),
    news: machine && sentBy === undefined ? await readNews(secret, mail, arrived.recipients) : NO_NEWS,
    messageId: headers.ids('message-id')[0] ?? null,
    body: bodyOf(mail),
  };
}

async function fileOne(
  deps: MailIntakeDeps,
  inboxId: string,
  known: Understood,
  disk: OnDisk,
): Promise<Filed> {
  const providerId = contentKey(known.arrived.raw, known.mail.headers);
  const back = await fileComeBack(deps, { inboxId, providerId }, known, disk);
  if (back !== undefined) return { inboxId, ...back };
  const files = disk.files.map((file) => ({ ...file, id: newId('att') }));
  const message: InboundMessage = {
    inboxId,
    channel: 'email',
    providerId,
    from: known.contact,
    subject: known.mail.subject === '' ? '(no subject)' : known.mail.subject,
    body: known.body.text,
    conversationId: null,
    // What a colleague wrote is no news that anybody has to answer.
    automatic: known.automatic || known.arrived.sentBy !== undefined,
    find: (tx) => find(tx, deps, { inboxId, providerId }, known, files.map(shown)),
    keep: (tx, place) => keep(tx, deps, place, known, { ...disk, files }),
    mark: async (tx, received) => void (await marked(known.arrived, tx, received, false)),
  };
  const received = await deps.messaging.receive(message);
  return { inboxId, ...received };
}

async function marked(
  { mark }: ArrivedMail,
  tx: Tx,
  received: Omit<Filed, 'inboxId'>,
  own: boolean,
): Promise<Omit<Filed, 'inboxId'>> {
  await mark?.(tx, { ...received, own });
  return received;
}

async function find(
  tx: Tx,
  { secret, counters }: MailIntakeDeps,
  { inboxId, providerId }: { readonly inboxId: string; readonly providerId: string },
  known: Understood,
  files: readonly Attachment[],
): Promise<Continues> {
  const { mail, arrived, automatic, contact, from, alsoTo, body } = known;
  const sent = arrived.sentBy !== undefined;
  const facts = {
    inboxId,
    recipients: arrived.recipients,
    headers: mail.headers,
    reported: known.news.ids,
    contact: contact.address,
    subject: mail.subject,
    automatic,
    alsoTo,
  };
  const thread = await findHeld(tx, secret, facts, sent ? findSentThread : findThread);
  if (sent)
    return sentInto(
      thread,
      extraOf(mail, body, { from, automatic, newParticipant: false, sent, answersStopped: false, files }),
    );
  const twin =
    thread && (await twinIn(tx, { channel: 'email', providerId }, thread.alsoIn, thread.conversationId));
  const writer = { inboxId, address: contact.address, automatic };
  const { headers } = mail;
  const age = { headers, enveloped: arrived.sender !== undefined };
  const answersStopped = twin === undefined && (await noteSender(tx, counters, writer, age));
  const newParticipant = thread?.newParticipant ?? false;
  const extra = extraOf(mail, body, { from, automatic, newParticipant, sent, answersStopped, files });
  const { conversationId = null, inboxId: foundIn, moveTo } = thread ?? {};
  const unanswerable = newParticipant || asksForNoAnswer(headers) || isOld(tx.now, age);
  return { conversationId, inboxId: foundIn, moveTo, twin, extra, unanswerable };
}

/** The conversation that a mail goes on with, its row locked: a copy of the mail by another way may be moving it just now. */
async function findHeld(
  tx: Tx,
  secret: string,
  facts: ThreadingFacts,
  search: typeof findThread,
): Promise<Thread | undefined> {
  const found = await search(tx.db, secret, tx.now, facts);
  if (found === undefined) return undefined;
  await holdConversation(tx, found.conversationId);
  return await search(tx.db, secret, tx.now, facts);
}

/** What a colleague wrote elsewhere neither begins a conversation nor moves one. */
function sentInto(thread: Thread | undefined, extra: EntryExtra): Continues {
  if (thread === undefined) throw new Error('a mail that was sent elsewhere belongs to no conversation');
  const { conversationId, inboxId } = thread;
  return { conversationId, inboxId, extra };
}

async function keep(
  tx: Tx,
  { wake = () => undefined, counters }: MailIntakeDeps,
  place: KeptPlace,
  known: Understood,
  disk: OnDisk,
): Promise<void> {
  const { conversationId, position } = place;
  await insertAttachments(
    tx,
    disk.files.map((file) => attachmentOf(file, place)),
  );
  await insertMailIn(tx, { ...mailRow(place.inboxId, known, disk), conversationId, position });
  const { headers } = known.mail;
  const others = [...headers.ids('in-reply-to'), ...headers.ids('references')];
  await rememberMailIds(tx, conversationId, { messageId: known.messageId, position }, others);
  await applyNews(tx, { wake, counters }, known.news);
}

function mailRow(inboxId: string, { arrived, mail }: Understood, { raw, file }: OnDisk) {
  return {
    id: newId('mai'),
    inboxId,
    sender: cleanLine(arrived.sender ?? '', 320),
    recipients: JSON.stringify(arrived.recipients.map((address) => cleanLine(address, 320))),
    subject: mail.subject,
    size: arrived.raw.length,
    raw,
    file,
    problem: mail.problem ?? null,
  };
}

/**
 * A mail of ours that came back, because the customer's answer or a colleague's list brought one of our inboxes into it: it is
 * known already and no message of a customer. Only our own address may say so: else whoever got a reply could send one under
 * its id that nobody sees.
 */
async function fileComeBack(
  { db, secret }: MailIntakeDeps,
  key: { readonly inboxId: string; readonly providerId: string },
  known: Understood,
  disk: OnDisk,
): Promise<Omit<Filed, 'inboxId'> | undefined> {
  const read = known.messageId === null ? undefined : readMailId(secret, known.messageId);
  if (read?.kind !== 'entry' || !known.own.has(known.from.address.toLowerCase())) return undefined;
  return await db.inTransaction(async (tx) => {
    const place = await placeOf(tx.db, read);
    if (place === undefined) return undefined;
    const { conversationId, position } = place;
    const inbound = { ...key, channel: 'email' as const };
    const claimed = await claimInbound(tx, inbound);
    if (claimed !== 'claimed') return await marked(known.arrived, tx, { ...claimed, duplicate: true }, true);
    await placeInbound(tx, inbound, { conversationId, position });
    await insertMailIn(tx, { ...mailRow(key.inboxId, known, disk), conversationId, position: null });
    return await marked(known.arrived, tx, { conversationId, position, duplicate: false }, true);
  });
}

function withoutPlus(address: string): string {
  const lower = address.toLowerCase();
  const at = lower.lastIndexOf('@');
  const plus = lower.indexOf('+');
  return plus > 0 && plus < at ? lower.slice(0, plus) + lower.slice(at) : lower;
}
