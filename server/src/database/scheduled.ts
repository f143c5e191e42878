/** Replies that wait for their time. What happens then is decided in `messaging/scheduling/schedule-runner.ts`. */
import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { Forward, Recipients, ScheduledReply } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { agents, attachments, conversations, scheduledReplies } from './schema/sqlite.ts';

/** What the send door is to be given, besides what has a column of its own. */
export interface ScheduledText {
  readonly body: string;
  readonly attachments?: ScheduledReply['attachments'] | undefined;
  readonly recipients?: Recipients | 'all' | undefined;
  readonly from?: string | undefined;
  readonly forward?: Forward | undefined;
  readonly then: 'stay' | 'archive';
}

export interface StoredSchedule {
  readonly scheduled: ScheduledReply;
  readonly reply: ScheduledText;
  readonly requestHash: string;
  /** As it was read: whoever acts on it changes nothing when its author changed it meanwhile. */
  readonly seen: Seen;
}

interface Seen {
  readonly reply: string;
  readonly lastSeen: number;
  readonly sendAt: number;
}

function selectAll(db: Handle) {
  return db
    .select({
      id: scheduledReplies.id,
      conversationId: scheduledReplies.conversationId,
      inboxId: conversations.inboxId,
      agentId: scheduledReplies.agentId,
      agentName: agents.name,
      requestHash: scheduledReplies.requestHash,
      reply: scheduledReplies.reply,
      lastSeen: scheduledReplies.lastSeen,
      sendAt: scheduledReplies.sendAt,
      state: scheduledReplies.state,
      reason: scheduledReplies.reason,
      position: scheduledReplies.position,
      createdAt: scheduledReplies.createdAt,
    })
    .from(scheduledReplies)
    .innerJoin(agents, eq(agents.id, scheduledReplies.agentId))
    .innerJoin(conversations, eq(conversations.id, scheduledReplies.conversationId));
}
type Row = Awaited<ReturnType<typeof selectAll>>[number];

function toStored({ agentId, agentName, requestHash, reply: text, ...row }: Row): StoredSchedule {
  const reply = JSON.parse(text) as ScheduledText;
  const { attachments: files = [], ...said } = reply;
  const author = { id: agentId, name: agentName };
  const { lastSeen, sendAt } = row;
  const seen = { reply: text, lastSeen, sendAt };
  return { reply, requestHash, seen, scheduled: { ...row, ...said, attachments: [...files], author } };
}

const selectOne = prepared<{ id: string }, Row[]>('scheduled.one', (db) =>
  selectAll(db).where(eq(scheduledReplies.id, sql.placeholder('id'))),
);
const selectByClient = prepared<{ agentId: string; clientId: string }, Row[]>('scheduled.byClient', (db) =>
  selectAll(db).where(
    and(
      eq(scheduledReplies.agentId, sql.placeholder('agentId')),
      eq(scheduledReplies.clientId, sql.placeholder('clientId')),
    ),
  ),
);
const shown = () => inArray(scheduledReplies.state, ['waiting', 'stopped']);
const selectMine = prepared<{ agentId: string }, Row[]>('scheduled.mine', (db) =>
  selectAll(db)
    .where(and(eq(scheduledReplies.agentId, sql.placeholder('agentId')), shown()))
    .orderBy(asc(scheduledReplies.sendAt), asc(scheduledReplies.id))
    .limit(500),
);
const selectOf = prepared<{ conversationId: string }, Row[]>('scheduled.of', (db) =>
  selectAll(db)
    .where(and(eq(scheduledReplies.conversationId, sql.placeholder('conversationId')), shown()))
    .orderBy(asc(scheduledReplies.sendAt), asc(scheduledReplies.id))
    .limit(500),
);
const selectDue = prepared<{ now: number; limit: number }, Row[]>('scheduled.due', (db) =>
  selectAll(db)
    .where(and(eq(scheduledReplies.state, 'waiting'), lte(scheduledReplies.dueAt, sql.placeholder('now'))))
    .orderBy(asc(scheduledReplies.dueAt))
    .limit(sql.placeholder('limit')),
);

export async function scheduledById(db: Handle, id: string): Promise<StoredSchedule | undefined> {
  return (await selectOne(db, { id })).map(toStored)[0];
}

export async function scheduledByClientId(
  db: Handle,
  agentId: string,
  clientId: string,
): Promise<StoredSchedule | undefined> {
  return (await selectByClient(db, { agentId, clientId })).map(toStored)[0];
}

/** What of an agent waits or was stopped, the next one first. */
export async function scheduledOfAgent(db: Handle, agentId: string): Promise<ScheduledReply[]> {
  return (await selectMine(db, { agentId })).map((row) => toStored(row).scheduled);
}

/** The same of a conversation. */
export async function scheduledOf(db: Handle, conversationId: string): Promise<ScheduledReply[]> {
  return (await selectOf(db, { conversationId })).map((row) => toStored(row).scheduled);
}

/** Whose time has come, the longest due first. */
export async function dueSchedules(db: Handle, now: number, limit: number): Promise<StoredSchedule[]> {
  return (await selectDue(db, { now, limit })).map(toStored);
}

export interface NewSchedule {
  readonly id: string;
  readonly conversationId: string;
  readonly agentId: string;
  readonly clientId: string;
  readonly requestHash: string;
  readonly reply: ScheduledText;
  readonly lastSeen: number;
  readonly sendAt: number;
}

/** Keeps a reply for later, and its files from being cleaned up. */
export async function insertSchedule(tx: Tx, { reply, ...schedule }: NewSchedule): Promise<void> {
  await tx.db.insert(scheduledReplies).values({
    ...schedule,
    reply: JSON.stringify(reply),
    dueAt: schedule.sendAt,
    state: 'waiting',
    createdAt: tx.now,
    changedAt: tx.now,
  });
  const files = (reply.attachments ?? []).map(({ id }) => id);
  if (files.length > 0)
    await tx.db.update(attachments).set({ reservedFor: schedule.id }).where(inArray(attachments.id, files));
}

export interface ScheduleChange {
  readonly state: ScheduledReply['state'];
  readonly reason?: string | null;
  readonly position?: number;
  readonly reply?: ScheduledText;
  readonly lastSeen?: number | undefined;
  readonly sendAt?: number | undefined;
  readonly dueAt?: number | undefined;
}

/** Moves a scheduled reply on, if it is in one of these states (and still what was `seen`); false: it is not any more, and nothing was changed. */
export async function changeSchedule(
  tx: Tx,
  id: string,
  from: readonly ScheduledReply['state'][],
  { reply, reason = null, ...change }: ScheduleChange,
  seen?: Seen,
): Promise<boolean> {
  const text = reply === undefined ? {} : { reply: JSON.stringify(reply) };
  const rows = await tx.db
    .update(scheduledReplies)
    .set({ ...defined(change), ...text, reason, changedAt: tx.now })
    .where(
      and(
        eq(scheduledReplies.id, id),
        inArray(scheduledReplies.state, [...from]),
        ...(seen === undefined
          ? []
          : [
              eq(scheduledReplies.reply, seen.reply),
              eq(scheduledReplies.lastSeen, seen.lastSeen),
              eq(scheduledReplies.sendAt, seen.sendAt),
            ]),
      ),
    )
    .returning({ id: scheduledReplies.id });
  if (rows.length > 0 && change.state === 'canceled')
    await tx.db.update(attachments).set({ reservedFor: null }).where(eq(attachments.reservedFor, id));
  return rows.length > 0;
}

const defined = <T extends object>(values: T): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;

/** After a restore nobody knows what was sent since: a person has to look at each. Answers how many there are. */
export async function stopWaiting(tx: Tx, reason: string): Promise<number> {
  const stopped = await tx.db
    .update(scheduledReplies)
    .set({ state: 'stopped', reason, changedAt: tx.now })
    .where(eq(scheduledReplies.state, 'waiting'))
    .returning({ id: scheduledReplies.id });
  return stopped.length;
}
