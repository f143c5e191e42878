/** Telling our own people what happened: in the transaction in which it does. */
import type { Notification } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { appendEvent, type Wake } from '../database/event-log.ts';
import { activeAdmins, insertNotice } from '../database/notices.ts';
import { insertNotification } from '../database/notifications.ts';
import { newId } from '../lib/ids.ts';

/** As plain text; links in it can be followed. */
export interface NoticeMail {
  readonly subject: string;
  readonly body: string;
}

interface Told {
  readonly notification: Notification;
  /** By mail too. */
  readonly mail?: NoticeMail | undefined;
}

/** Tells an agent in the page, at once where one is open. Appends to the agent's stream: the last thing in its transaction. */
export async function notify(
  tx: Tx,
  { wake }: { readonly wake: Wake },
  { agentId, notification, mail }: Told & { readonly agentId: string },
): Promise<void> {
  const id = newId('ntf');
  await insertNotification(tx, { id, agentId, notification });
  if (mail !== undefined) await postNotice(tx, { agentId, ...mail });
  const record = { id, at: tx.now, readAt: null, notification };
  await appendEvent(tx, `agent:${agentId}`, { type: 'notification.added', record }, wake);
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
