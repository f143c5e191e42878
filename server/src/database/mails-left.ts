/** Reads the mails that left, for people who look after them. */
import { and, asc, desc, eq, lt, or, sql } from 'drizzle-orm';
import type { Delivery } from '@latchbox/shared';
import type { Handle } from './database.ts';
import { deliveryOf } from './delivery-state.ts';
import { prepared } from './prepared.ts';
import { agents, mails, outbox, outboxAttempts, replies } from './schema/sqlite.ts';

/** A mail that left, or is on its way. */
export interface LeftMail {
  readonly id: string;
  readonly inboxId: string;
  readonly conversationId: string;
  readonly position: number;
  /** When it was made. */
  readonly at: number;
  readonly author: string;
  /** Of the envelope. */
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  /** Bytes. */
  readonly size: number;
  readonly delivery: Delivery;
}

function selectLeft(db: Handle) {
  return db
    .select({
      id: mails.id,
      inboxId: mails.inboxId,
      conversationId: replies.conversationId,
      position: replies.position,
      at: mails.at,
      author: agents.name,
      sender: mails.sender,
      recipients: mails.recipients,
      subject: mails.subject,
      size: mails.size,
      delivery: replies.delivery,
      deliveryAt: replies.deliveryAt,
      deliveryReason: replies.deliveryReason,
      deliveryRecipients: replies.deliveryRecipients,
    })
    .from(mails)
    .innerJoin(
      replies,
      and(eq(replies.conversationId, mails.conversationId), eq(replies.position, mails.position)),
    )
    .innerJoin(agents, eq(agents.id, replies.agentId));
}
type StoredLeft = Awaited<ReturnType<typeof selectLeft>>[number];

const selectOfInbox = prepared<{ inboxId: string; at: number; id: string; limit: number }, StoredLeft[]>(
  'mailsLeft.ofInbox',
  (db) =>
    selectLeft(db)
      .where(
        and(
          eq(mails.inboxId, sql.placeholder('inboxId')),
          eq(mails.direction, 'out'),
          or(
            lt(mails.at, sql.placeholder('at')),
            and(eq(mails.at, sql.placeholder('at')), lt(mails.id, sql.placeholder('id'))),
          ),
        ),
      )
      .orderBy(desc(mails.at), desc(mails.id))
      .limit(sql.placeholder('limit')),
);
const selectOne = prepared<{ id: string }, StoredLeft[]>('mailsLeft.one', (db) =>
  selectLeft(db).where(and(eq(mails.id, sql.placeholder('id')), eq(mails.direction, 'out'))),
);

/** Where a page goes on: after the mail with this time and id. */
export interface LeftPlace {
  readonly at: number;
  readonly id: string;
}
const START: LeftPlace = { at: Number.MAX_SAFE_INTEGER, id: '' };

/** Mails that left these inboxes after a place, the newest first. Each inbox is read along its index. */
export async function mailsLeft(
  db: Handle,
  inboxIds: readonly string[],
  after: LeftPlace | null,
  limit: number,
): Promise<LeftMail[]> {
  const found: StoredLeft[] = [];
  for (const inboxId of inboxIds) {
    found.push(...(await selectOfInbox(db, { inboxId, ...(after ?? START), limit })));
  }
  const newestFirst = (a: StoredLeft, b: StoredLeft) => b.at - a.at || (a.id < b.id ? 1 : -1);
  return found.sort(newestFirst).slice(0, limit).map(toLeft);
}

/** One mail that left. */
export async function mailLeft(db: Handle, id: string): Promise<LeftMail | undefined> {
  const [row] = await selectOne(db, { id });
  return row && toLeft(row);
}

function toLeft({ recipients, ...stored }: StoredLeft): LeftMail {
  const { delivery, deliveryAt, deliveryReason, deliveryRecipients, ...row } = stored;
  return {
    ...row,
    recipients: JSON.parse(recipients) as string[],
    delivery: deliveryOf({ delivery, deliveryAt, deliveryReason, deliveryRecipients }),
  };
}

/** One try to hand a mail over. */
export interface LeftAttempt {
  readonly at: number;
  readonly endedAt: number | null;
  /** Null: nobody knows whether the provider took it; the customer may have got that copy, too. */
  readonly outcome: 'accepted' | 'refused' | 'unreachable' | null;
  readonly error: string | null;
}

const selectAttempts = prepared<{ conversationId: string; position: number }, LeftAttempt[]>(
  'mailsLeft.attempts',
  (db) =>
    db
      .select({
        at: outboxAttempts.startedAt,
        endedAt: outboxAttempts.endedAt,
        outcome: outboxAttempts.outcome,
        error: outboxAttempts.error,
      })
      .from(outboxAttempts)
      .innerJoin(outbox, eq(outbox.id, outboxAttempts.outboxId))
      .where(
        and(
          eq(outbox.conversationId, sql.placeholder('conversationId')),
          eq(outbox.position, sql.placeholder('position')),
        ),
      )
      .orderBy(asc(outboxAttempts.claimNo)),
);

/** All tries to hand over the reply at this place, the first one first. */
export function attemptsOf(db: Handle, conversationId: string, position: number): Promise<LeftAttempt[]> {
  return selectAttempts(db, { conversationId, position });
}
