import type { Tx } from '../../../database/database.ts';
import { inboxByRef } from '../../../database/directory/inboxes.ts';
import { membersOfInbox } from '../../../database/directory/members.ts';
import { appendEvent, type Wake } from '../../../database/event-log.ts';
import { waitsForRegistration } from '../../../database/texting/waiting.ts';

/**
 * Runs what changes an inbox's numbers, and tells its members when it leaves their navigation, or comes into it, by that (M4). Appends to
 * their streams, so it is the last thing in its transaction.
 */
export async function tellingMembers<T>(
  tx: Tx,
  wake: Wake,
  inboxId: string,
  change: () => Promise<T>,
): Promise<T> {
  const waited = await waitsForRegistration(tx.db, inboxId);
  const done = await change();
  const waits = await waitsForRegistration(tx.db, inboxId);
  if (waits === waited) return done;
  const inbox = await inboxByRef(tx.db, inboxId);
  if (inbox === undefined) return done;
  for (const { agentId, capability } of await membersOfInbox(tx.db, inboxId)) {
    const event = waits
      ? ({ type: 'inbox.hidden', inboxId } as const)
      : ({ type: 'inbox.visible', inbox: { ...inbox, capability } } as const);
    await appendEvent(tx, `agent:${agentId}`, event, wake);
  }
  return done;
}
