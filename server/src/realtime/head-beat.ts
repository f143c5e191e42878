import type { Clock } from '../lib/clock.ts';
import type { LiveConnection } from './connection.ts';
import { type EncodedFrame, frameOf } from './frame.ts';

/** A beat is spread over so many turns, so that thousands of connections are not written to in one. */
const TURNS = 20;

export interface HeadBeat {
  add(connection: LiveConnection): void;
  remove(connection: LiveConnection): void;
  close(): void;
}

/**
 * Tells every connection once a beat where its streams stand, so that a missing last event is noticed, and that the server is
 * there. One timer for all of them, one frame for each.
 */
export function createHeadBeat(
  clock: Clock,
  every: number,
  headsOf: (connection: LiveConnection) => readonly string[] | undefined,
): HeadBeat {
  const turns = Array.from({ length: TURNS }, () => new Set<LiveConnection>());
  const turnOf = new Map<LiveConnection, Set<LiveConnection>>();
  let next = 0;
  let joined = 0;
  let cancel: (() => void) | undefined;

  const beat = (): void => {
    cancel = clock.setTimer(every / TURNS, beat);
    const serverTime = clock.now();
    let last: { readonly heads: string; readonly frame: EncodedFrame } | undefined;
    for (const connection of turns[next] ?? []) {
      const heads = headsOf(connection)?.join(',');
      if (heads === undefined) continue;
      // Many have the same streams one after the other: their frame is made once.
      if (last?.heads !== heads) last = { heads, frame: headFrame(serverTime, heads) };
      connection.peer.send(last.frame);
    }
    next = (next + 1) % TURNS;
  };
  cancel = clock.setTimer(every / TURNS, beat);

  return {
    add(connection) {
      const turn = turns[joined];
      joined = (joined + 1) % TURNS;
      if (turn === undefined) return;
      turn.add(connection);
      turnOf.set(connection, turn);
    },
    remove(connection) {
      turnOf.get(connection)?.delete(connection);
      turnOf.delete(connection);
    },
    close() {
      cancel?.();
      cancel = undefined;
    },
  };
}

function headFrame(serverTime: number, heads: string): EncodedFrame {
  return frameOf([`{"t":"head","serverTime":${serverTime},"heads":[${heads}]}`]);
}
