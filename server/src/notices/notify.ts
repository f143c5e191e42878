/** Telling our own people what happened: in the transaction in which it does. */
import { type Notification, waysOf } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { appendEvent, type Wake } from '../database/event-log.ts';
import { activeAdmins, insertNotice } from '../database/notices.ts';
import { notificationSettingsOf } from '../database/notification-settings.ts';
import { insertNotification } from '../database/notifications.ts';
import { newId } from '../lib/ids.ts';
import { letterOf, type NoticeMail } from './letters.ts';

export type { NoticeMail };

interface Told {
  readonly notification: Notification;
  /** What the mail says to those who are told by mail (T13); null: one that says it has been written. Its own words unless given. */
  readonly mail?: NoticeMail | null | undefined;
}

/**
 * Tells an agent in the ways that the agent has set (T13): in the page, at once where one is open, and by mail. Appends to the agent's
 * stream: the last thing in its transaction.
 */
export async function notify(
  tx: Tx,
  { wake }: { readonly wake: Wake },
  { agentId, notification, mail }: Told & { readonly agentId: string },
): Promise<void> {
  const ways = waysOf(await notificationSettingsOf(tx.db, agentId), notification.kind);
  if (ways.mail && mail !== null) await postNotice(tx, { agentId, ...(mail ?? letterOf(notification)) });
  if (!ways.page) return;
  const id = newId('ntf');
  const record = { id, at: tx.now, readAt: null, notification };
  const seq = await appendEvent(tx, `agent:${agentId}`, { type: 'notification.added', record }, wake);
  await insertNotification(tx, { id, agentId, notification, seq });
}

/** Tells every active admin. */
export async function notifyAdmins(tx: Tx, deps: { readonly wake: Wake }, told: Told): Promise<void> {
  for (const agentId of await activeAdmins(tx.db)) await notify(tx, deps, { agentId, ...told });
}

/**
 * Writes a mail to an agent, which leaves after the commit. `to`: instead of the agent's own address. What stands in it is kept only
 * until it has left.
 */
export async function postNotice(
  tx: Tx,
  { agentId, to, subject, body }: NoticeMail & { readonly agentId: string; readonly to?: string | undefined },
): Promise<void> {
  await insertNotice(tx, { id: newId('ntc'), agentId, to, subject, body });
}
