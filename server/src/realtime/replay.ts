import type { Database } from '../database/database.ts';
import { eventsAfter, type StoredEvent } from '../database/event-log.ts';
import type { LiveConnection } from './connection.ts';
import { eventJson, framesOf } from './frame.ts';
import type { Memberships } from './memberships.ts';
import { BATCH } from './pump.ts';
import type { Room, Subscription } from './room.ts';

export interface ReplayDeps {
  readonly db: Pick<Database, 'read'>;
  readonly memberships: Pick<Memberships, 'confirm'>;
  readonly onSlow: (connection: LiveConnection) => void;
  readonly onGap: (connection: LiveConnection) => void;
}

/**
 * Reads and sends what comes before the room's cursor to this subscriber alone, then joins it to the room: never interleaved
 * with what is live, no gap, nothing twice. Ends early when the subscription does, or when its connection is slow.
 */
export async function catchUp(deps: ReplayDeps, subscription: Subscription): Promise<void> {
  const { room, connection } = subscription;
  const replay = ++subscription.replay;
  const goesOn = (): boolean => subscription.phase === 'catching_up' && subscription.replay === replay;
  while (goesOn()) {
    if (subscription.cursor === room.cursor) {
      // No wait between this comparison and the join: the pump cannot move in between.
      room.join(subscription);
      return;
    }
    const events = await eventsAfter(deps.db.read, room.stream, subscription.cursor, BATCH);
    // After the read, as in the pump: nothing goes to somebody who lost access before it was written.
    if (room.inboxId !== null) await deps.memberships.confirm(room.inboxId);
    if (!goesOn()) return;
    const items = itemsUpTo(room, subscription.cursor, events);
    if (items.length === 0) return deps.onGap(connection);
    sendReplay(deps, subscription, items);
    // An embedded database answers without leaving the turn: a long replay lets the others have theirs.
    if (events.length === BATCH) await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** What follows on `cursor` without a gap, up to the room's own cursor: the pump delivers what is beyond. */
function itemsUpTo(room: Room, cursor: number, events: readonly StoredEvent[]): string[] {
  const items: string[] = [];
  for (const event of events) {
    if (event.seq > room.cursor || event.seq !== cursor + items.length + 1) break;
    items.push(eventJson(room.stream, event));
  }
  return items;
}

function sendReplay({ onSlow }: ReplayDeps, subscription: Subscription, items: readonly string[]): void {
  const { peer } = subscription.connection;
  for (const { frame, count } of framesOf(items)) {
    subscription.cursor += count;
    if (peer.send(frame)) continue;
    onSlow(subscription.connection);
    return;
  }
}
