import type { StreamId } from '@latchbox/shared';
import type { Database } from '../database/database.ts';
import { streamHeads } from '../database/deliveries.ts';
import { eventsAfter, type StoredEvent, streamHead } from '../database/event-log.ts';
import type { Log } from '../lib/log.ts';
import { afterwards } from '../lib/next-turn.ts';
import { eventJson } from './frame.ts';
import type { Memberships } from './memberships.ts';
import { Room, type RoomDeps } from './room.ts';

/** Events read at a time. */
export const BATCH = 200;

export interface PumpDeps extends RoomDeps {
  readonly db: Pick<Database, 'read'>;
  readonly log: Log;
  readonly memberships: Pick<Memberships, 'confirm'>;
  readonly figures?: PumpFigures | undefined;
}

/** How far the pump is behind the log. */
export interface PumpFigures {
  /** An event is given to its room, so many ms after its transaction began. */
  told(lagMs: number): void;
  /** At a look, the stream furthest behind lacked so many events. */
  behind(events: number): void;
}

interface Opening {
  readonly room: Room;
  readonly ready: Promise<void>;
}

/** The only thing that gives durable events to sockets: one room for each stream that somebody here subscribes to. */
export class Pump {
  readonly #deps: PumpDeps;
  readonly #rooms = new Map<string, Opening>();

  constructor(deps: PumpDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#rooms.size;
  }

  room(stream: StreamId): Room | undefined {
    return this.#rooms.get(stream)?.room;
  }

  /** The room of a stream, read up to its present head. Counts as one use until `release`. */
  async open(stream: StreamId): Promise<Room> {
    let opening = this.#rooms.get(stream);
    if (opening === undefined) {
      const room = new Room(stream, this.#deps);
      opening = { room, ready: this.#begin(room) };
      this.#rooms.set(stream, opening);
    }
    const { room, ready } = opening;
    room.uses += 1;
    try {
      await ready;
    } catch (error) {
      this.release(room);
      throw error;
    }
    return room;
  }

  release(room: Room): void {
    room.uses -= 1;
    if (room.uses > 0 || this.#rooms.get(room.stream)?.room !== room) return;
    this.#rooms.delete(room.stream);
    room.close();
  }

  /**
   * Something may have been appended: it is read and given to the room. `appended`: it was, and here it is, so that it need not be
   * read. Never throws.
   */
  wake(stream: string, appended?: StoredEvent): void {
    const room = this.#rooms.get(stream)?.room;
    if (room === undefined) return;
    if (room.cursor < 0) {
      // Its head is being read, perhaps from before this.
      room.again = true;
      return;
    }
    if (appended === undefined) room.look = true;
    else room.offered.push(appended);
    this.#run(room).catch((error: unknown) =>
      this.#deps.log.warn('A stream could not be read', { stream, error }),
    );
  }

  /** Reads until at least everything is given to the room that was committed before this call. */
  advance(room: Room): Promise<void> {
    room.look = true;
    return this.#run(room);
  }

  #run(room: Room): Promise<void> {
    // Begun a moment later: whoever wrote gets an answer first, and a read that fails at once would be over before it is known to
    // be under way.
    if (room.reading === undefined) room.reading = afterwards().then(() => this.#drain(room));
    // The read that is under way may be past the moment of this call.
    else room.again = true;
    return room.reading;
  }

  /** Looks whether any stream grew unnoticed: a lost hint costs no more than the time until the next look. */
  async poll(): Promise<void> {
    const heads = await streamHeads(this.#deps.db.read, [...this.#rooms.keys()]);
    let behind = 0;
    for (const [stream, seq] of heads) {
      const room = this.#rooms.get(stream)?.room;
      if (room === undefined || room.cursor < 0 || seq <= room.cursor) continue;
      behind = Math.max(behind, seq - room.cursor);
      this.wake(stream);
    }
    this.#deps.figures?.behind(behind);
  }

  close(): void {
    for (const { room } of this.#rooms.values()) room.close();
    this.#rooms.clear();
  }

  async #begin(room: Room): Promise<void> {
    const head = await streamHead(this.#deps.db.read, room.stream);
    room.cursor = head;
    room.sent = head;
    if (room.again) this.wake(room.stream);
  }

  /** Gives the room what was appended until nothing new comes. */
  async #drain(room: Room): Promise<void> {
    const { memberships, log, clock, figures } = this.#deps;
    let done = false;
    try {
      do {
        room.again = false;
        const events = takeOffered(room) ?? (await this.#read(room));
        if (events.length === 0) continue;
        // After the read: whoever lost access before one of these was written is found out now.
        if (room.inboxId !== null) await memberships.confirm(room.inboxId);
        if (room.closed) return;
        for (const event of events) {
          if (event.seq !== room.cursor + 1)
            log.error('The log has a gap', { stream: room.stream, after: room.cursor });
          room.pushEvent(event.seq, eventJson(room.stream, event));
          figures?.told(clock.now() - event.at);
        }
        // An embedded database answers without leaving the turn: a long backlog lets the others have theirs.
        if (events.length === BATCH && room.look) await new Promise<void>((resolve) => setImmediate(resolve));
      } while (room.again && !room.closed);
      done = true;
    } finally {
      // What was taken and not told stands in the log.
      if (!done) room.look = true;
      // At once with the decision to stop, so that no wake falls in between.
      room.reading = undefined;
    }
  }

  async #read(room: Room): Promise<readonly StoredEvent[]> {
    room.look = false;
    const events = await eventsAfter(this.#deps.db.read, room.stream, room.cursor, BATCH);
    if (events.length === BATCH) {
      room.look = true;
      room.again = true;
    }
    return events;
  }
}

/**
 * What was offered and follows on the room's cursor. Undefined where the log has to be read: something else may stand there, or
 * what was offered has a gap, because another server wrote in between.
 */
function takeOffered(room: Room): readonly StoredEvent[] | undefined {
  const offered = room.offered;
  room.offered = [];
  if (room.look) return undefined;
  const news = offered.filter(({ seq }) => seq > room.cursor);
  return news.every(({ seq }, at) => seq === room.cursor + 1 + at) ? news : undefined;
}
