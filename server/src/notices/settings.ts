/** Of what somebody wants to be told (T13). Everybody sets it for themselves. */
import {
  type NotificationSettings,
  type NotificationSettingsChange,
  withSettingsChange,
} from '@latchbox/shared';
import type { Database } from '../database/database.ts';
import {
  holdNotificationSettings,
  notificationSettingsOf,
  writeNotificationSettings,
} from '../database/notification-settings.ts';

export interface NotificationSettingsService {
  get(agentId: string): Promise<NotificationSettings>;
  /** What is left out keeps its value; of two changes at once both hold. */
  change(agentId: string, change: NotificationSettingsChange): Promise<NotificationSettings>;
}

export function createNotificationSettings({ db }: { readonly db: Database }): NotificationSettingsService {
  return {
    get: (agentId) => notificationSettingsOf(db.read, agentId),
    change: (agentId, change) =>
      db.inTransaction(async (tx) => {
        const settings = withSettingsChange(await holdNotificationSettings(tx, agentId), change);
        await writeNotificationSettings(tx, agentId, settings);
        return settings;
      }),
  };
}
