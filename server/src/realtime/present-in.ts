import type { StreamId } from '@latchbox/shared';
import type { Presence, PresentInInbox } from '../collaboration/presence.ts';
import type { LiveConnection } from './connection.ts';

export type PresentDeps = Pick<Presence, 'snapshot' | 'inboxesChanged'>;

/** Who is there; only inboxes have somebody in them. */
export async function presentIn(
  presence: PresentDeps,
  connection: LiveConnection,
  stream: StreamId,
): Promise<PresentInInbox | null> {
  if (!stream.startsWith('inbox:')) return null;
  const inboxId = stream.slice('inbox:'.length);
  if (!connection.inboxIds.includes(inboxId)) {
    // It became visible after hello.
    connection.inboxIds = [...connection.inboxIds, inboxId];
    presence.inboxesChanged(connection.holder.sessionId, connection.inboxIds);
  }
  return await presence.snapshot(inboxId);
}
