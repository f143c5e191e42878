/** What agents were told in the page. */
import { and, count, desc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import { Notification, type NotificationRecord } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { notifications } from './schema/sqlite.ts';

export async function insertNotification(
  tx: Tx,
  {
    id,
    agentId,
    notification,
    seq,
  }: {
    readonly id: string;
    readonly agentId: string;
    readonly notification: Notification;
    /** Of the event that tells it. */
    readonly seq: number;
  },
): Promise<void> {
  const data = JSON.stringify(notification);
  const conversationId = 'conversationId' in notification ? notification.conversationId : null;
  await tx.db
    .insert(notifications)
    .values({ id, agentId, data, conversationId, seq, createdAt: tx.now, readAt: null });
}

/** Notifications that name a conversation. */
export async function notificationsAbout(
  db: Handle,
  conversationId: string,
): Promise<{ id: string; agentId: string; data: string; seq: number | null }[]> {
  const { id, agentId, data, seq } = notifications;
  return await db
    .select({ id, agentId, data, seq })
    .from(notifications)
    // As text, because the index is a partial one.
    .where(and(eq(notifications.conversationId, conversationId), sql`conversation_id IS NOT NULL`));
}

/** Where a page goes on: after the one with this time and id. */
export interface NotificationPlace {
  readonly at: number;
  readonly id: string;
}

/** Up to `limit` of an agent's, the newest first. */
export async function notificationsOf(
  db: Handle,
  agentId: string,
  after: NotificationPlace | null,
  limit: number,
): Promise<NotificationRecord[]> {
  const { createdAt } = notifications;
  const rows = await db
    .select()
    .from(notifications)
    .where(
      and(
        eq(notifications.agentId, agentId),
        after === null
          ? undefined
          : or(lt(createdAt, after.at), and(eq(createdAt, after.at), lt(notifications.id, after.id))),
      ),
    )
    .orderBy(desc(createdAt), desc(notifications.id))
    .limit(limit);
  return rows.map(({ id, createdAt: at, readAt, data }) => ({
    id,
    at,
    readAt,
    notification: Notification.parse(JSON.parse(data)),
  }));
}

const countUnread = prepared<{ agentId: string }, { unread: number }[]>('notifications.unread', (db) =>
  db
    .select({ unread: count() })
    .from(notifications)
    // As text, because the index is a partial one.
    .where(and(eq(notifications.agentId, sql.placeholder('agentId')), sql`read_at IS NULL`)),
);

/** How many an agent has not read. */
export async function unreadOf(db: Handle, agentId: string): Promise<number> {
  return (await countUnread(db, { agentId }))[0]?.unread ?? 0;
}

/** Ids of up to `limit` that an agent has not read. */
export async function unreadIds(db: Handle, agentId: string, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: notifications.id })
    .from(notifications)
    .where(and(eq(notifications.agentId, agentId), sql`read_at IS NULL`))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Notes that an agent has read these; answers which of them are its own and were not read. */
export async function markNotifications(tx: Tx, agentId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.db
    .update(notifications)
    .set({ readAt: tx.now })
    .where(
      and(
        eq(notifications.agentId, agentId),
        inArray(notifications.id, [...ids]),
        isNull(notifications.readAt),
      ),
    )
    .returning({ id: notifications.id });
  return rows.map(({ id }) => id);
}

/** Forgets up to `limit` of before a time (epoch ms); answers how many. */
export async function forgetNotifications(tx: Tx, before: number, limit: number): Promise<number> {
  const old = tx.db
    .select({ id: notifications.id })
    .from(notifications)
    .where(lt(notifications.createdAt, before))
    .limit(limit);
  const rows = await tx.db
    .delete(notifications)
    .where(inArray(notifications.id, old))
    .returning({ id: notifications.id });
  return rows.length;
}
