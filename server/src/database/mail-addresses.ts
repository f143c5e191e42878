/** The addresses of inboxes, and from which of them a reply leaves. */
import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { MailAddress, MailFacts } from '@latchbox/shared';
import { preparedForIds } from './batches.ts';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import {
  contactAddresses,
  contacts,
  conversations,
  entries,
  inboxAddresses,
  inboxes,
} from './schema/sqlite.ts';

export interface InboxAddress {
  /** Lower case. */
  readonly address: string;
  /** Shown beside it in From; empty: the name of the inbox. */
  readonly name: string;
}

const selectOfInbox = prepared<{ inboxId: string }, InboxAddress[]>('mailAddresses.ofInbox', (db) =>
  db
    .select({ address: inboxAddresses.address, name: inboxAddresses.name })
    .from(inboxAddresses)
    .where(eq(inboxAddresses.inboxId, sql.placeholder('inboxId')))
    .orderBy(asc(inboxAddresses.createdAt), asc(inboxAddresses.address)),
);

/** The addresses of an inbox, the oldest first: from that one mail leaves that answers no other. */
export function addressesOfInbox(db: Handle, inboxId: string): Promise<InboxAddress[]> {
  return selectOfInbox(db, { inboxId });
}

const put = prepared<
  { address: string; inboxId: string; name: string; now: number },
  { address: string; inboxId: string }[]
>('mailAddresses.put', (db) =>
  db
    .insert(inboxAddresses)
    .values({
      address: sql.placeholder('address'),
      inboxId: sql.placeholder('inboxId'),
      name: sql.placeholder('name'),
      createdAt: sql.placeholder('now'),
    })
    .onConflictDoUpdate({
      target: inboxAddresses.address,
      set: { name: sql`${sql.placeholder('name')}` },
      setWhere: eq(inboxAddresses.inboxId, sql.placeholder('inboxId')),
    })
    .returning({ address: inboxAddresses.address, inboxId: inboxAddresses.inboxId }),
);

/** Gives an inbox an address (lower case) or changes the name of one it has; false when another inbox has it. */
export async function putInboxAddress(
  tx: Tx,
  { inboxId, address, name }: InboxAddress & { readonly inboxId: string },
): Promise<boolean> {
  return (await put(tx.db, { inboxId, address, name, now: tx.now })).length > 0;
}

const remove = prepared<{ address: string; inboxId: string }, { address: string }[]>(
  'mailAddresses.remove',
  (db) =>
    db
      .delete(inboxAddresses)
      .where(
        and(
          eq(inboxAddresses.address, sql.placeholder('address')),
          eq(inboxAddresses.inboxId, sql.placeholder('inboxId')),
          // A mailbox's goes with the mailbox.
          isNull(inboxAddresses.mailboxId),
        ),
      )
      .returning({ address: inboxAddresses.address }),
);

/** Takes an address away from an inbox; false when it has none such. */
export async function removeInboxAddress(tx: Tx, inboxId: string, address: string): Promise<boolean> {
  return (await remove(tx.db, { inboxId, address })).length > 0;
}

const selectOwn = preparedForIds<{ address: string }>('mailAddresses.own', (db, addresses) =>
  db
    .select({ address: inboxAddresses.address })
    .from(inboxAddresses)
    .where(inArray(inboxAddresses.address, addresses)),
);

/** Without what stands behind a plus, in lower case: mail to both comes in at the same place. */
const plain = (address: string): string => address.toLowerCase().replace(/\+[^@]*(?=@)/, '');

/** Which of these addresses are of an inbox, whichever; as they are given. */
export async function ownAmong(db: Handle, addresses: readonly string[]): Promise<ReadonlySet<string>> {
  const asked = new Set(addresses.flatMap((address) => [plain(address), address.toLowerCase()]));
  const found = new Set((await selectOwn(db, [...asked])).map(({ address }) => address));
  return new Set(
    addresses.filter((address) => found.has(plain(address)) || found.has(address.toLowerCase())),
  );
}

type Correspondence = {
  readonly inboxName: string;
  readonly subject: string;
  readonly contactName: string;
  readonly contactAddress: string;
};

const selectCorrespondence = prepared<{ conversationId: string }, Correspondence[]>(
  'mailAddresses.correspond',
  (db) =>
    db
      .select({
        inboxName: inboxes.name,
        subject: conversations.subject,
        contactName: contacts.name,
        contactAddress: contactAddresses.address,
      })
      .from(conversations)
      .innerJoin(inboxes, eq(inboxes.id, conversations.inboxId))
      .innerJoin(contacts, eq(contacts.id, conversations.contactId))
      .innerJoin(contactAddresses, eq(contactAddresses.id, conversations.addressId))
      .where(eq(conversations.id, sql.placeholder('conversationId'))),
);

type Newest = { readonly kind: string; readonly extra: string | null };
const selectNewest = prepared<{ conversationId: string; kind: 'message' | 'reply' }, Newest[]>(
  'mailAddresses.newest',
  (db) =>
    db
      .select({ kind: entries.kind, extra: entries.extra })
      .from(entries)
      .where(
        and(
          eq(entries.conversationId, sql.placeholder('conversationId')),
          eq(entries.kind, sql.placeholder('kind')),
        ),
      )
      .orderBy(desc(entries.position))
      .limit(1),
);

/** Between whom a reply of a conversation goes; `from` undefined where its inbox has no address. */
export interface Envelope {
  /** Where none was named. */
  readonly from: InboxAddress | undefined;
  /** All that the inbox has, the oldest first. */
  readonly choices: readonly InboxAddress[];
  readonly to: MailAddress;
  /** Of the conversation. */
  readonly subject: string;
}

/**
 * From `chosen`; else from the address that the customer wrote to last, or while none wrote from the one that was written from;
 * where that is still one of the inbox. Else from the inbox's oldest.
 */
export async function envelopeOf(
  db: Handle,
  conversationId: string,
  inboxId: string,
  chosen?: string,
): Promise<Envelope> {
  const [found] = await selectCorrespondence(db, { conversationId });
  if (found === undefined) throw new Error('a conversation vanished while it was answered');
  const own = await addressesOfInbox(db, inboxId);
  const used = chosen === undefined ? await usedIn(db, conversationId) : new Set([chosen]);
  const from = own.find(({ address }) => used.has(address)) ?? own[0];
  const named = (one: InboxAddress): InboxAddress => ({
    address: one.address,
    name: one.name === '' ? found.inboxName : one.name,
  });
  return {
    from: from && named(from),
    choices: own.map(named),
    to: { name: found.contactName, address: found.contactAddress },
    subject: found.subject,
  };
}

/** The addresses by which the newest message came, or the newest reply left. In lower case. */
async function usedIn(db: Handle, conversationId: string): Promise<Set<string>> {
  const [message] = await selectNewest(db, { conversationId, kind: 'message' });
  const [newest] =
    message === undefined ? await selectNewest(db, { conversationId, kind: 'reply' }) : [message];
  return new Set(addressesIn(newest).map(({ address }) => address.toLowerCase()));
}

function addressesIn(entry: Newest | undefined): readonly MailAddress[] {
  if (entry === undefined || entry.extra === null) return [];
  const { mail } = JSON.parse(entry.extra) as { readonly mail?: MailFacts };
  if (mail === undefined) return [];
  // What a colleague wrote elsewhere leaves from the address that is answered from, as a reply does.
  const left = entry.kind === 'reply' || mail.sentElsewhere === true;
  return left ? [mail.from] : [...mail.to, ...mail.cc];
}
