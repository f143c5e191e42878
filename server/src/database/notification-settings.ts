/** Of what agents want to be told. */
import { eq, sql } from 'drizzle-orm';
import {
  NOTIFICATION_DEFAULTS,
  type NotificationSettings,
  NotificationSettingsChange,
  withSettingsChange,
} from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { notificationSettings } from './schema/sqlite.ts';

const findSettings = prepared<{ agentId: string }, { data: string }[]>('notification-settings.of', (db) =>
  db
    .select({ data: notificationSettings.data })
    .from(notificationSettings)
    .where(eq(notificationSettings.agentId, sql.placeholder('agentId'))),
);

/** An agent's settings, or what holds for everybody who has set nothing. */
export async function notificationSettingsOf(db: Handle, agentId: string): Promise<NotificationSettings> {
  const [row] = await findSettings(db, { agentId });
  return row === undefined ? NOTIFICATION_DEFAULTS : read(row.data);
}

/** As {@link notificationSettingsOf}, and nobody else changes them until the transaction ends: two tabs set one each, and both stay. */
export async function holdNotificationSettings(tx: Tx, agentId: string): Promise<NotificationSettings> {
  const [row] = await tx.db
    .insert(notificationSettings)
    .values({ agentId, data: JSON.stringify(NOTIFICATION_DEFAULTS), changedAt: tx.now })
    .onConflictDoUpdate({ target: notificationSettings.agentId, set: { changedAt: tx.now } })
    .returning({ data: notificationSettings.data });
  return row === undefined ? NOTIFICATION_DEFAULTS : read(row.data);
}

export async function writeNotificationSettings(
  tx: Tx,
  agentId: string,
  settings: NotificationSettings,
): Promise<void> {
  await tx.db
    .update(notificationSettings)
    .set({ data: JSON.stringify(settings) })
    .where(eq(notificationSettings.agentId, agentId));
}

/** A topic that came after they were written has its default. */
const read = (data: string): NotificationSettings =>
  withSettingsChange(NOTIFICATION_DEFAULTS, NotificationSettingsChange.parse(JSON.parse(data)));
