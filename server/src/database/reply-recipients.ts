/** Recipients of replies, and how far a reply got to each. What follows from it is decided in `messaging/delivery/delivery-news.ts`. */
import { and, asc, eq, sql } from 'drizzle-orm';
import type { Delivery, RecipientDelivery } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forUpdate } from './row-locks.ts';
import { outbox, replies, replyRecipients } from './schema/sqlite.ts';

/** Where a reply stands. */
export type ReplyPlace = { readonly conversationId: string; readonly position: number };

export interface NewRecipient {
  readonly kind: 'to' | 'cc' | 'bcc';
  readonly name: string;
  readonly address: string;
}

export interface StoredRecipient extends NewRecipient {
  readonly state: RecipientDelivery['state'];
  readonly reason: string | null;
  readonly code: string | null;
  readonly at: number;
}

const value = (name: string) => sql`${sql.placeholder(name)}`;
const place = ({ conversationId, position }: ReplyPlace): ReplyPlace => ({ conversationId, position });

const insert = prepared<ReplyPlace & { kind: string; name: string; address: string; now: number }, unknown>(
  'recipients.insert',
  (db) =>
    db.insert(replyRecipients).values({
      conversationId: sql.placeholder('conversationId'),
      position: sql.placeholder('position'),
      address: sql.placeholder('address'),
      name: sql.placeholder('name'),
      kind: sql.placeholder('kind'),
      state: 'queued',
      at: sql.placeholder('now'),
    }),
);

/** Notes for whom a reply is. No two addresses of one reply may be the same, however they are capitalised. */
export async function insertRecipients(
  tx: Tx,
  reply: ReplyPlace,
  recipients: readonly NewRecipient[],
): Promise<void> {
  for (const { kind, name, address } of recipients)
    await insert(tx.db, { ...place(reply), kind, name, address, now: tx.now });
}

const ofReply = () =>
  and(
    eq(replyRecipients.conversationId, sql.placeholder('conversationId')),
    eq(replyRecipients.position, sql.placeholder('position')),
  );

const select = prepared<ReplyPlace, StoredRecipient[]>('recipients.ofReply', (db) =>
  db
    .select({
      kind: replyRecipients.kind,
      name: replyRecipients.name,
      address: replyRecipients.address,
      state: replyRecipients.state,
      reason: replyRecipients.reason,
      code: replyRecipients.code,
      at: replyRecipients.at,
    })
    .from(replyRecipients)
    .where(ofReply())
    .orderBy(asc(replyRecipients.address)),
);

const KINDS = { to: 0, cc: 1, bcc: 2 } as const;

/** All recipients of a reply: To, then Cc, then Bcc. */
export async function recipientsOf(db: Handle, reply: ReplyPlace): Promise<StoredRecipient[]> {
  const rows = await select(db, place(reply));
  return rows.toSorted((a, b) => KINDS[a.kind] - KINDS[b.kind]);
}

const update = prepared<
  ReplyPlace & { address: string; state: string; reason: string | null; code: string | null; now: number },
  unknown
>('recipients.set', (db) =>
  db
    .update(replyRecipients)
    .set({ state: value('state'), reason: value('reason'), code: value('code'), at: value('now') })
    .where(and(ofReply(), eq(replyRecipients.address, sql.placeholder('address')))),
);

/** Writes how far a reply got to one of its recipients. */
export async function setRecipient(
  tx: Tx,
  reply: ReplyPlace,
  address: string,
  next: Pick<StoredRecipient, 'state' | 'reason' | 'code'>,
): Promise<void> {
  const { state, reason, code } = next;
  await update(tx.db, { ...place(reply), address, state, reason, code, now: tx.now });
}

const fail = prepared<ReplyPlace & { reason: string; now: number }, unknown>('recipients.fail', (db) =>
  db
    .update(replyRecipients)
    .set({ state: 'failed', reason: value('reason'), code: null, at: value('now') })
    .where(and(ofReply(), eq(replyRecipients.state, 'queued'))),
);

/** Gives up on those who do not have the reply yet. */
export async function failWaiting(tx: Tx, reply: ReplyPlace, reason: string): Promise<void> {
  await fail(tx.db, { ...place(reply), reason, now: tx.now });
}

const requeue = prepared<ReplyPlace & { now: number }, unknown>('recipients.requeue', (db) =>
  db
    .update(replyRecipients)
    .set({ state: 'queued', reason: null, code: null, at: value('now') })
    .where(and(ofReply(), eq(replyRecipients.state, 'failed'))),
);

/** Lets those have the reply again whom it did not reach. */
export async function requeueRecipients(tx: Tx, reply: ReplyPlace): Promise<void> {
  await requeue(tx.db, { ...place(reply), now: tx.now });
}

export interface HeldOutbox {
  readonly inboxId: string;
  readonly state: 'queued' | 'sending' | 'sent' | 'failed' | 'held' | 'withdrawn';
}

const lock = prepared<ReplyPlace, HeldOutbox[]>('recipients.lock', (db) =>
  forUpdate(
    db,
    db
      .select({ inboxId: outbox.inboxId, state: outbox.state })
      .from(outbox)
      .where(
        and(
          eq(outbox.conversationId, sql.placeholder('conversationId')),
          eq(outbox.position, sql.placeholder('position')),
        ),
      ),
    outbox,
  ),
);

/** Locks a reply's row of the outbox until the commit and reads it; undefined where no reply stands. */
export async function holdOutbox(tx: Tx, reply: ReplyPlace): Promise<HeldOutbox | undefined> {
  return (await lock(tx.db, place(reply)))[0];
}

const setState = prepared<ReplyPlace & { from: string; state: string }, unknown>('recipients.outbox', (db) =>
  db
    .update(outbox)
    .set({ state: value('state') })
    .where(
      and(
        eq(outbox.conversationId, sql.placeholder('conversationId')),
        eq(outbox.position, sql.placeholder('position')),
        eq(outbox.state, sql.placeholder('from')),
      ),
    ),
);

/** A reply that counted as sent failed after all: a person may send it again. */
export async function failSent(tx: Tx, reply: ReplyPlace): Promise<void> {
  await setState(tx.db, { ...place(reply), from: 'sent', state: 'failed' });
}

const write = prepared<
  ReplyPlace & { state: string; at: number | null; reason: string | null; recipients: string | null },
  unknown
>('recipients.delivery', (db) =>
  db
    .update(replies)
    .set({
      delivery: value('state'),
      deliveryAt: value('at'),
      deliveryReason: value('reason'),
      deliveryRecipients: value('recipients'),
    })
    .where(
      and(
        eq(replies.conversationId, sql.placeholder('conversationId')),
        eq(replies.position, sql.placeholder('position')),
      ),
    ),
);

/** Writes into the reply how far its delivery got, as it is told. */
export async function writeReplyDelivery(tx: Tx, reply: ReplyPlace, delivery: Delivery): Promise<void> {
  const recipients = 'recipients' in delivery ? delivery.recipients : undefined;
  await write(tx.db, {
    ...place(reply),
    state: delivery.state,
    at: 'at' in delivery ? delivery.at : null,
    reason: 'reason' in delivery ? (delivery.reason ?? null) : null,
    recipients: recipients === undefined ? null : JSON.stringify(recipients),
  });
}

const selectDelivery = prepared<
  ReplyPlace,
  { state: Delivery['state']; at: number | null; reason: string | null }[]
>('recipients.replyDelivery', (db) =>
  db
    .select({ state: replies.delivery, at: replies.deliveryAt, reason: replies.deliveryReason })
    .from(replies)
    .where(
      and(
        eq(replies.conversationId, sql.placeholder('conversationId')),
        eq(replies.position, sql.placeholder('position')),
      ),
    ),
);

/** How far the delivery of a reply is, as its row says it; undefined where no reply stands. */
export async function replyDelivery(
  db: Handle,
  reply: ReplyPlace,
): Promise<{ state: Delivery['state']; at: number | null; reason: string | null } | undefined> {
  return (await selectDelivery(db, place(reply)))[0];
}
