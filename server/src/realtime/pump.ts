import type { StreamId } from '@latchbox/shared';
import type { Database } from '../database/database.ts';
import { streamHeads } from '../database/deliveries.ts';
import { eventsAfter, streamHead } from '../database/event-log.ts';
import type { Log } from '../lib/log.ts';
import { eventJson } from './frame.ts';
import type { Memberships } from './memberships.ts';
import { Room, type RoomDeps } from './room.ts';

/** Events read at a time. */
export const BATCH = 200;

export interface PumpDeps extends RoomDeps {
  readonly db: Pick<Database, 'read'>;
  readonly log: Log;
  readonly memberships: Pick<Memberships, 'confirm'>;
}

/** The only thing that gives durable events to sockets: one room for each stream that somebody here subscribes to. */
export interface Pump {
  /** The room of a stream, read up to its present head. Counts as one use until `release`. */
  open(stream: StreamId): Promise<Room>;
  release(room: Room): void;
  /** Something may have been appended: it is read and given to the room. Never throws. */
  wake(stream: StreamId): void;
  /** Reads until at least everything is given to the room that was committed before this call. */
  advance(room: Room): Promise<void>;
  /** Looks with one query whether any stream grew unnoticed: a lost hint costs no more than the time until the next look. */
  poll(): Promise<void>;
  room(stream: StreamId): Room | undefined;
  rooms(): Iterable<Room>;
  close(): void;
}

interface Opening {
  readonly room: Room;
  readonly ready: Promise<void>;
}

export function createPump(deps: PumpDeps): Pump {
  const { db, log } = deps;
  const rooms = new Map<StreamId, Opening>();

  const start = async (room: Room): Promise<void> => {
    const head = await streamHead(db.read, room.stream);
    room.cursor = head;
    room.sent = head;
    if (room.again) wake(room.stream);
  };

  const advance = (room: Room): Promise<void> => {
    if (room.reading === undefined) room.reading = drain(deps, room);
    // The read that is under way may be past the moment of this call.
    else room.again = true;
    return room.reading;
  };

  const release = (room: Room): void => {
    room.uses -= 1;
    if (room.uses > 0 || rooms.get(room.stream)?.room !== room) return;
    rooms.delete(room.stream);
    room.close();
  };

  const wake = (stream: StreamId): void => {
    const room = rooms.get(stream)?.room;
    if (room === undefined) return;
    if (room.cursor < 0) {
      // Its head is being read, perhaps from before this.
      room.again = true;
      return;
    }
    advance(room).catch((error: unknown) => log.warn('A stream could not be read', { stream, error }));
  };

  return {
    async open(stream) {
      let opening = rooms.get(stream);
      if (opening === undefined) {
        const room = new Room(stream, deps);
        opening = { room, ready: start(room) };
        rooms.set(stream, opening);
      }
      const { room, ready } = opening;
      room.uses += 1;
      try {
        await ready;
      } catch (error) {
        release(room);
        throw error;
      }
      return room;
    },

    release,
    wake,
    advance,

    async poll() {
      const heads = await streamHeads(db.read, [...rooms.keys()]);
      for (const [stream, seq] of heads) {
        const room = rooms.get(stream as StreamId)?.room;
        if (room !== undefined && room.cursor >= 0 && seq > room.cursor) wake(room.stream);
      }
    },

    room: (stream) => rooms.get(stream)?.room,
    *rooms() {
      for (const { room } of rooms.values()) yield room;
    },
    close() {
      for (const { room } of rooms.values()) room.close();
      rooms.clear();
    },
  };
}

/** Reads what was appended until nothing new comes. */
async function drain({ db, memberships, log }: PumpDeps, room: Room): Promise<void> {
  try {
    do {
      room.again = false;
      const events = await eventsAfter(db.read, room.stream, room.cursor, BATCH);
      if (events.length === 0) continue;
      // After the read: whoever lost access before one of these was written is found out now.
      if (room.inboxId !== null) await memberships.confirm(room.inboxId);
      if (room.closed) return;
      for (const event of events) {
        if (event.seq !== room.cursor + 1)
          log.error('The log has a gap', { stream: room.stream, after: room.cursor });
        room.pushEvent(event.seq, eventJson(room.stream, event));
      }
      if (events.length < BATCH) continue;
      room.again = true;
      // An embedded database answers without leaving the turn: a long backlog lets the others have theirs.
      await new Promise<void>((resolve) => setImmediate(resolve));
    } while (room.again && !room.closed);
  } finally {
    // At once with the decision to stop, so that no wake falls in between.
    room.reading = undefined;
  }
}
