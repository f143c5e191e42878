/** Rows of the outbox: what waits to leave, who works on it, and what came of each attempt. */
import { and, asc, eq, inArray, lte, or, sql } from 'drizzle-orm';
import type { ChannelName } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { type NewRecipient, recipientsOf } from './reply-recipients.ts';
import {
  agents,
  contactAddresses,
  contacts,
  conversations,
  entries,
  outbox,
  outboxAttempts,
  sendingAccounts,
} from './schema/sqlite.ts';

export interface NewOutboxRow extends Record<string, unknown> {
  id: string;
  inboxId: string;
  conversationId: string;
  position: number;
  channel: ChannelName;
  messageKey: string;
  dueAt: number;
  /** What it leaves by, where that is counted. */
  account: string | null;
}

/** A message under way, as one claim of it. */
export interface ClaimedMessage {
  readonly id: string;
  readonly claimNo: number;
  readonly attempts: number;
  readonly inboxId: string;
  readonly conversationId: string;
  readonly position: number;
  readonly channel: ChannelName;
  readonly messageKey: string;
  readonly account: string | null;
  readonly address: string;
  readonly contactName: string;
  readonly author: string;
  readonly subject: string;
  readonly body: string;
  /** To whom it still has to be given; null where nobody is counted singly. */
  readonly recipients: readonly NewRecipient[] | null;
}

const value = (name: string) => sql`${sql.placeholder(name)}`;

const insert = prepared<NewOutboxRow, unknown>('outbox.insert', (db) =>
  db.insert(outbox).values({
    id: sql.placeholder('id'),
    inboxId: sql.placeholder('inboxId'),
    conversationId: sql.placeholder('conversationId'),
    position: sql.placeholder('position'),
    channel: sql.placeholder('channel'),
    messageKey: sql.placeholder('messageKey'),
    state: 'queued',
    dueAt: sql.placeholder('dueAt'),
    account: sql.placeholder('account'),
    attempts: 0,
    claimNo: 0,
  }),
);

/** Puts a message into the outbox, in the transaction that stores its reply. */
export async function insertOutbox(tx: Tx, row: NewOutboxRow): Promise<void> {
  await insert(tx.db, row);
}

const isQueued = () => and(eq(outbox.state, 'queued'), lte(outbox.dueAt, sql.placeholder('now')));
const isAbandoned = () => and(eq(outbox.state, 'sending'), lte(outbox.claimDeadline, sql.placeholder('now')));

/** A due row: `claimNo` is the newest claim it had, `abandoned` that this claim ran out without an answer. */
export interface DueMessage {
  readonly id: string;
  readonly claimNo: number;
  readonly abandoned: boolean;
  readonly account: string | null;
}
type DueRow = Omit<DueMessage, 'abandoned'>;
const dueFields = { id: outbox.id, claimNo: outbox.claimNo, account: outbox.account };

/** Its account may send now. As SQL text: a SQLite table's alias is not understood on Postgres. */
const accountIsFree = () =>
  sql`NOT EXISTS (SELECT 1 FROM ${sendingAccounts} AS waiting
    WHERE waiting.account = ${outbox.account} AND waiting.wait_until > ${sql.placeholder('now')})`;

/** A row under way is first in line by itself: whatever was before it is final. */
const selectAbandoned = prepared<{ now: number; limit: number }, DueRow[]>('outbox.abandoned', (db) =>
  db
    .select(dueFields)
    .from(outbox)
    .where(and(isAbandoned(), accountIsFree()))
    .limit(sql.placeholder('limit')),
);

/**
 * Queued rows that are first in line: nothing earlier of their conversation is still on its way. A row that failed for good or
 * is held for a person's decision stops nobody behind it. Read along the index, so that a long backlog costs no sorting.
 */
const selectQueued = prepared<{ now: number; limit: number }, DueRow[]>('outbox.queued', (db) =>
  db
    .select(dueFields)
    .from(outbox)
    .where(
      and(
        isQueued(),
        accountIsFree(),
        // As SQL text: a SQLite table's alias is not understood on Postgres.
        sql`NOT EXISTS (SELECT 1 FROM ${outbox} AS earlier
          WHERE earlier.conversation_id = ${outbox.conversationId} AND earlier.position < ${outbox.position}
          AND earlier.state IN ('queued', 'sending'))`,
      ),
    )
    .orderBy(asc(outbox.dueAt))
    .limit(sql.placeholder('limit')),
);

/** Messages whose turn it is, the longest due first. */
export async function dueMessages(db: Handle, now: number, limit: number): Promise<DueMessage[]> {
  const abandoned = await selectAbandoned(db, { now, limit });
  const queued = await selectQueued(db, { now, limit });
  return [
    ...abandoned.map((row) => ({ ...row, abandoned: true })),
    ...queued.map((row) => ({ ...row, abandoned: false })),
  ].slice(0, limit);
}

const claim = prepared<{ id: string; claimNo: number; deadline: number; now: number }, { claimNo: number }[]>(
  'outbox.claim',
  (db) =>
    db
      .update(outbox)
      .set({
        state: 'sending',
        claimNo: sql`${outbox.claimNo} + 1`,
        attempts: sql`${outbox.attempts} + 1`,
        claimDeadline: value('deadline'),
        waits: null,
      })
      .where(
        and(
          eq(outbox.id, sql.placeholder('id')),
          eq(outbox.claimNo, sql.placeholder('claimNo')),
          or(isQueued(), isAbandoned()),
        ),
      )
      .returning({ claimNo: outbox.claimNo }),
);

const insertAttempt = prepared<{ id: string; claimNo: number; now: number; account: string | null }, unknown>(
  'outbox.attempt',
  (db) =>
    db.insert(outboxAttempts).values({
      outboxId: sql.placeholder('id'),
      claimNo: sql.placeholder('claimNo'),
      startedAt: sql.placeholder('now'),
      account: sql.placeholder('account'),
    }),
);

const selectMessage = prepared<{ id: string }, Omit<ClaimedMessage, 'recipients'>[]>('outbox.message', (db) =>
  db
    .select({
      id: outbox.id,
      claimNo: outbox.claimNo,
      attempts: outbox.attempts,
      inboxId: outbox.inboxId,
      conversationId: outbox.conversationId,
      position: outbox.position,
      channel: outbox.channel,
      messageKey: outbox.messageKey,
      account: outbox.account,
      address: contactAddresses.address,
      contactName: contacts.name,
      author: agents.name,
      subject: conversations.subject,
      body: entries.body,
    })
    .from(outbox)
    .innerJoin(
      entries,
      and(eq(entries.conversationId, outbox.conversationId), eq(entries.position, outbox.position)),
    )
    .innerJoin(conversations, eq(conversations.id, outbox.conversationId))
    .innerJoin(contacts, eq(contacts.id, conversations.contactId))
    .innerJoin(contactAddresses, eq(contactAddresses.id, conversations.addressId))
    .innerJoin(agents, eq(agents.id, entries.agentId))
    .where(eq(outbox.id, sql.placeholder('id'))),
);

/**
 * Claims a due message until `deadline` and writes down that an attempt begins, before the first byte of it goes out. Undefined
 * when another worker was faster.
 */
export async function claimMessage(
  tx: Tx,
  row: DueMessage,
  deadline: number,
): Promise<ClaimedMessage | undefined> {
  const [claimed] = await claim(tx.db, { id: row.id, claimNo: row.claimNo, deadline, now: tx.now });
  if (claimed === undefined) return undefined;
  const { account } = row;
  await insertAttempt(tx.db, { id: row.id, claimNo: claimed.claimNo, now: tx.now, account });
  const [message] = await selectMessage(tx.db, { id: row.id });
  if (message === undefined) return undefined;
  // A customer of the simulator is one, and there is nothing to look up.
  const all = message.channel === 'simulator' ? [] : await recipientsOf(tx.db, message);
  if (all.length === 0) return { ...message, recipients: null };
  const waiting = all.filter(({ state }) => state === 'queued');
  return {
    ...message,
    recipients: waiting.map(({ kind, name, address }) => ({ kind, name, address })),
  };
}

export interface Claim {
  readonly id: string;
  readonly claimNo: number;
}

const settle = prepared<
  { id: string; claimNo: number; state: string; dueAt: number; error: string | null },
  { id: string }[]
>('outbox.settle', (db) =>
  db
    .update(outbox)
    .set({ state: value('state'), dueAt: value('dueAt'), lastError: value('error'), claimDeadline: null })
    .where(
      and(
        eq(outbox.id, sql.placeholder('id')),
        eq(outbox.claimNo, sql.placeholder('claimNo')),
        eq(outbox.state, 'sending'),
      ),
    )
    .returning({ id: outbox.id }),
);

/** Moves a claimed message on. False when the claim is no longer the newest: somebody else has it, nothing was changed. */
export async function settleMessage(
  tx: Tx,
  by: Claim,
  next: { state: 'sent' | 'failed' | 'queued'; dueAt: number; error: string | null },
): Promise<boolean> {
  const rows = await settle(tx.db, { id: by.id, claimNo: by.claimNo, ...next });
  return rows.length > 0;
}

export type AttemptOutcome = 'accepted' | 'refused' | 'unreachable';

const endAttempt = prepared<
  { id: string; claimNo: number; now: number; outcome: string | null; error: string | null },
  unknown
>('outbox.endAttempt', (db) =>
  db
    .update(outboxAttempts)
    .set({ endedAt: value('now'), outcome: value('outcome'), error: value('error') })
    .where(
      and(
        eq(outboxAttempts.outboxId, sql.placeholder('id')),
        eq(outboxAttempts.claimNo, sql.placeholder('claimNo')),
      ),
    ),
);

/** Writes down how an attempt ended, also a late one; `outcome: null` keeps it ambiguous (it may have arrived). */
export async function writeOutcome(
  tx: Tx,
  by: Claim,
  outcome: AttemptOutcome | null,
  error: string | null,
): Promise<void> {
  await endAttempt(tx.db, { id: by.id, claimNo: by.claimNo, now: tx.now, outcome, error });
}

const countWaiting = prepared<Record<string, never>, { state: string; rows: number }[]>(
  'outbox.counts',
  (db) =>
    db
      .select({ state: outbox.state, rows: sql<number>`count(*)`.mapWith(Number) })
      .from(outbox)
      .where(inArray(outbox.state, ['queued', 'sending', 'held']))
      .groupBy(outbox.state),
);

/** How many messages wait, are under way, or are held; for metrics and readiness. */
export async function outboxBacklog(db: Handle): Promise<{ queued: number; sending: number; held: number }> {
  const backlog = { queued: 0, sending: 0, held: 0 };
  for (const { state, rows } of await countWaiting(db, {})) {
    if (state === 'queued' || state === 'sending' || state === 'held') backlog[state] = rows;
  }
  return backlog;
}

const selectOldest = prepared<{ now: number }, { dueAt: number | null }[]>('outbox.oldest', (db) =>
  db
    .select({ dueAt: sql<number | null>`min(${outbox.dueAt})`.mapWith(Number) })
    .from(outbox)
    .where(isQueued()),
);

/** For how long (ms) the message that is due for the longest has been due; 0 when nothing is. */
export async function outboxOverdue(db: Handle, now: number): Promise<number> {
  const [oldest] = await selectOldest(db, { now });
  return oldest?.dueAt ? now - oldest.dueAt : 0;
}
