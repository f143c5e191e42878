import type { Clock } from '../lib/clock.ts';
import type { LiveConnection } from './connection.ts';
import { MAX_WAITING_BYTES, MAX_WAITING_PACKETS } from './peer.ts';

/** How often the connections that are behind are looked at, in ms. */
const LOOK_EVERY = 100;
/** A connection goes on when this part of its limits is free again, so that it does not stop and go with every frame. */
const DRAINED = 1 / 4;

export interface SlowDeps {
  readonly clock: Clock;
  readonly slowFor: number;
  readonly pause: (connection: LiveConnection) => void;
  readonly resume: (connection: LiveConnection) => void;
  readonly giveUp: (connection: LiveConnection) => void;
}

/**
 * Connections that do not read as fast as they are written to. They are paused, because everything can be read again from the
 * log, and closed when they do not catch up: memory for each is bounded, and nobody else waits for them.
 */
export interface SlowConnections {
  add(connection: LiveConnection): void;
  forget(connection: LiveConnection): void;
  readonly size: number;
  close(): void;
}

export function createSlowConnections({ clock, slowFor, pause, resume, giveUp }: SlowDeps): SlowConnections {
  /** Since when, as a monotonic reading. */
  const since = new Map<LiveConnection, number>();
  let cancel: (() => void) | undefined;

  const look = (): void => {
    cancel = undefined;
    const now = clock.monotonic();
    for (const [connection, from] of since) {
      if (isDrained(connection)) {
        since.delete(connection);
        resume(connection);
      } else if (now - from >= slowFor) {
        since.delete(connection);
        giveUp(connection);
      }
    }
    watch();
  };

  const watch = (): void => {
    if (since.size > 0 && cancel === undefined) cancel = clock.setTimer(LOOK_EVERY, look);
  };

  return {
    add(connection) {
      pause(connection);
      if (!since.has(connection)) since.set(connection, clock.monotonic());
      watch();
    },
    forget: (connection) => void since.delete(connection),
    get size() {
      return since.size;
    },
    close() {
      cancel?.();
      cancel = undefined;
      since.clear();
    },
  };
}

function isDrained({ peer }: LiveConnection): boolean {
  return (
    peer.bufferedPackets() <= MAX_WAITING_PACKETS * DRAINED &&
    peer.bufferedBytes() <= MAX_WAITING_BYTES * DRAINED
  );
}
