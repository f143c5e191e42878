/** What the simulator channel keeps and reads: the deliveries of its pretended provider, and the customer's side of a thread. */
import { and, asc, eq, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import {
  contactAddresses,
  contacts,
  conversations,
  entries,
  inboxes,
  simulatorDeliveries,
} from './schema/sqlite.ts';

export type SimulatorInbox = { readonly id: string; readonly name: string; readonly apiCode: string };

const inboxColumns = { id: inboxes.id, name: inboxes.name, apiCode: inboxes.apiCode };
const selectInboxes = prepared<Record<string, never>, SimulatorInbox[]>('simulator.inboxes', (db) =>
  db
    .select(inboxColumns)
    .from(inboxes)
    .where(eq(inboxes.kind, 'shared'))
    .orderBy(asc(inboxes.name), asc(inboxes.id)),
);
const selectInbox = prepared<{ apiCode: string }, SimulatorInbox[]>('simulator.inbox', (db) =>
  db
    .select(inboxColumns)
    .from(inboxes)
    .where(and(eq(inboxes.apiCode, sql.placeholder('apiCode')), eq(inboxes.kind, 'shared'))),
);

/** Every inbox that a simulated customer can write to, by name. */
export function simulatorInboxes(db: Handle): Promise<SimulatorInbox[]> {
  return selectInboxes(db, {});
}

export async function inboxByCode(db: Handle, apiCode: string): Promise<SimulatorInbox | undefined> {
  return (await selectInbox(db, { apiCode }))[0];
}

/** A conversation of this channel, as its customer knows it. */
export type CustomerConversation = {
  readonly inboxId: string;
  readonly apiCode: string;
  readonly subject: string;
  readonly name: string;
  readonly address: string;
};

const selectConversation = prepared<{ id: string }, CustomerConversation[]>('simulator.conversation', (db) =>
  db
    .select({
      inboxId: conversations.inboxId,
      apiCode: inboxes.apiCode,
      subject: conversations.subject,
      name: contacts.name,
      address: contactAddresses.address,
    })
    .from(conversations)
    .innerJoin(inboxes, eq(inboxes.id, conversations.inboxId))
    .innerJoin(contacts, eq(contacts.id, conversations.contactId))
    .innerJoin(contactAddresses, eq(contactAddresses.id, conversations.addressId))
    .where(and(eq(conversations.id, sql.placeholder('id')), eq(conversations.channel, 'simulator'))),
);

export async function customerConversation(
  db: Handle,
  conversationId: string,
): Promise<CustomerConversation | undefined> {
  return (await selectConversation(db, { id: conversationId }))[0];
}

export type SimulatorDelivery = {
  readonly messageKey: string;
  readonly inboxId: string;
  readonly conversationId: string;
  readonly address: string;
  readonly author: string;
  readonly body: string;
};

const insert = prepared<SimulatorDelivery & { at: number }, { messageKey: string }[]>(
  'simulator.deliver',
  (db) =>
    db
      .insert(simulatorDeliveries)
      .values({
        messageKey: sql.placeholder('messageKey'),
        inboxId: sql.placeholder('inboxId'),
        conversationId: sql.placeholder('conversationId'),
        address: sql.placeholder('address'),
        author: sql.placeholder('author'),
        body: sql.placeholder('body'),
        at: sql.placeholder('at'),
      })
      .onConflictDoNothing()
      .returning({ messageKey: simulatorDeliveries.messageKey }),
);

/** Delivers once: false when a message with this key is there already. */
export async function storeDelivery(tx: Tx, delivery: SimulatorDelivery): Promise<boolean> {
  return (await insert(tx.db, { ...delivery, at: tx.now })).length > 0;
}

/** A message as the customer sees it. */
export type CustomerMessage = {
  readonly id: string;
  readonly from: 'customer' | 'team';
  readonly author: string;
  readonly body: string;
  readonly at: number;
};

type Line = Omit<CustomerMessage, 'from'>;
const selectWritten = prepared<{ id: string }, Line[]>('simulator.written', (db) =>
  db
    .select({ id: entries.id, author: contacts.name, body: entries.body, at: entries.at })
    .from(entries)
    .innerJoin(contactAddresses, eq(contactAddresses.id, entries.addressId))
    .innerJoin(contacts, eq(contacts.id, contactAddresses.contactId))
    .where(and(eq(entries.conversationId, sql.placeholder('id')), eq(entries.kind, 'message')))
    .orderBy(asc(entries.position)),
);
const selectDelivered = prepared<{ id: string; inboxId: string; address: string }, Line[]>(
  'simulator.delivered',
  (db) =>
    db
      .select({
        id: simulatorDeliveries.messageKey,
        author: simulatorDeliveries.author,
        body: simulatorDeliveries.body,
        at: simulatorDeliveries.at,
      })
      .from(simulatorDeliveries)
      .where(
        and(
          eq(simulatorDeliveries.inboxId, sql.placeholder('inboxId')),
          eq(simulatorDeliveries.address, sql.placeholder('address')),
          eq(simulatorDeliveries.conversationId, sql.placeholder('id')),
        ),
      )
      .orderBy(asc(simulatorDeliveries.at), asc(simulatorDeliveries.messageKey)),
);

/** What the customer wrote and what was delivered, in the order of time. */
export async function customerThread(
  db: Handle,
  conversationId: string,
  { inboxId, address }: CustomerConversation,
): Promise<CustomerMessage[]> {
  const written = await selectWritten(db, { id: conversationId });
  const delivered = await selectDelivered(db, { id: conversationId, inboxId, address });
  return [
    ...written.map((line) => ({ ...line, from: 'customer' as const })),
    ...delivered.map((line) => ({ ...line, from: 'team' as const })),
  ].sort((a, b) => a.at - b.at);
}
