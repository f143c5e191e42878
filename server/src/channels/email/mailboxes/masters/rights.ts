import type { Handle } from '../../../../database/database.ts';
import type { MasterRow } from '../../../../database/mailbox-masters.ts';
import type { Actor } from '../../../../directory/api.ts';
import { managedInboxes } from '../managed.ts';

export type Right = 'may' | 'forbidden' | 'not_found';

/**
 * Whether the actor may say where answers to a mailbox are wanted: its owner and admins (A2, A4). Who manages its inbox sees it, and
 * may not; for everybody else it is not there.
 */
export async function rightsOf(db: Handle, actor: Actor): Promise<(mailbox: MasterRow | undefined) => Right> {
  const managed = await managedInboxes(db, actor, undefined);
  return (mailbox) => {
    if (mailbox === undefined) return 'not_found';
    if (managed === undefined || mailbox.ownerId === actor.agentId) return 'may';
    return managed.includes(mailbox.inboxId) ? 'forbidden' : 'not_found';
  };
}
