import type { LiveConnection } from './connection.ts';
import type { Room } from './room.ts';

/**
 * `opening`: about to be answered. `catching_up`: reads what came before, straight from the log. `live`: gets what the pump
 * gives to the room. `paused`: its connection does not read fast enough. `ended`: over, also when another took its place.
 */
export type SubscriptionPhase = 'opening' | 'catching_up' | 'live' | 'paused' | 'ended';

/** One connection's delivery of one stream. */
export class Subscription {
  readonly connection: LiveConnection;
  readonly room: Room;
  phase: SubscriptionPhase = 'opening';
  /** Everything up to here was sent to this connection. While `live`, the room knows. */
  cursor: number;
  /** Delivery began after this one, */
  readonly from: number;
  /** and the client asked for that; else it began at the head. */
  readonly asked: boolean;
  /** Counts the replays that were begun, so that one that was paused in the middle of a read does not go on beside the next. */
  replay = 0;
  /** When it was answered, in the order of `Call`. */
  answered = Number.POSITIVE_INFINITY;
  /** Signals that came while it was not live. */
  signals: string[] | undefined = undefined;

  constructor(
    connection: LiveConnection,
    room: Room,
    start: { readonly from: number; readonly asked: boolean },
  ) {
    this.connection = connection;
    this.room = room;
    this.cursor = start.from;
    this.from = start.from;
    this.asked = start.asked;
  }
}
