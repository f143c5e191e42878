/** What somebody was told, for that somebody. */
import type { NotificationRecord } from '@latchbox/shared';
import type { Database } from '../database/database.ts';
import { appendEvent, type Wake } from '../database/event-log.ts';
import {
  markNotifications,
  type NotificationPlace,
  notificationsOf,
  unreadIds,
  unreadOf,
} from '../database/notifications.ts';

/** Everybody's own: there is nobody else's to be asked for. */
export interface Notifications {
  /** The newest first; `next`: whether there are more. */
  list(
    agentId: string,
    after: NotificationPlace | null,
    limit: number,
  ): Promise<{
    readonly notifications: NotificationRecord[];
    readonly unread: number;
    readonly next: NotificationPlace | null;
  }>;
  /** Undefined: all of them. */
  read(
    agentId: string,
    ids: readonly string[] | undefined,
  ): Promise<{ readonly unread: number; readonly readAt: number }>;
}

/** Read in one transaction; their ids stand in one event. */
const BATCH = 500;

export function createNotifications({
  db,
  wake,
}: {
  readonly db: Database;
  readonly wake: Wake;
}): Notifications {
  const markSome = (agentId: string, given: readonly string[] | undefined): Promise<number> =>
    db.inTransaction(async (tx) => {
      const ids = given ?? (await unreadIds(tx.db, agentId, BATCH));
      const marked = ids.length === 0 ? [] : await markNotifications(tx, agentId, ids);
      if (marked.length > 0) {
        const event = { type: 'notification.read', ids: marked, readAt: tx.now } as const;
        await appendEvent(tx, `agent:${agentId}`, event, wake);
      }
      return marked.length;
    });
  return {
    async list(agentId, after, limit) {
      const [found, unread] = await db.readTogether(async (read) => [
        await notificationsOf(read, agentId, after, limit + 1),
        await unreadOf(read, agentId),
      ]);
      const notifications = found.slice(0, limit);
      const last = notifications.at(-1);
      const next = found.length > limit && last !== undefined ? { at: last.at, id: last.id } : null;
      return { notifications, unread, next };
    },
    async read(agentId, ids) {
      while ((await markSome(agentId, ids)) === BATCH && ids === undefined);
      return { unread: await unreadOf(db.read, agentId), readAt: await db.now() };
    },
  };
}
