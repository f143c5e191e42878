/** Runs the work of a session: one after the other where the key is the same, else side by side. */
export interface Turns {
  run<T>(sessionId: string, key: string, work: () => Promise<T>): Promise<T>;
  /** How much of a session's work is waiting or under way. */
  count(sessionId: string): number;
  /** Resolves when all work is done that was given for the session before. */
  settled(sessionId: string): Promise<void>;
  /** Resolves when all work is done that was given for anybody before. */
  allSettled(): Promise<void>;
}

interface Line {
  /** Never rejects. */
  tail: Promise<unknown>;
  length: number;
}

/**
 * Keyed by session and not by connection: what a session sent over a connection that broke is still done before what it
 * sends over the next one.
 */
export function createTurns(): Turns {
  const sessions = new Map<string, Map<string, Line>>();

  const leave = (sessionId: string, key: string, line: Line): void => {
    line.length -= 1;
    if (line.length > 0) return;
    const lines = sessions.get(sessionId);
    lines?.delete(key);
    if (lines?.size === 0) sessions.delete(sessionId);
  };

  const settled = async (sessionId: string): Promise<void> => {
    const lines = sessions.get(sessionId);
    if (lines !== undefined) await Promise.all([...lines.values()].map(({ tail }) => tail));
  };

  return {
    async run(sessionId, key, work) {
      const lines = sessions.get(sessionId) ?? new Map<string, Line>();
      sessions.set(sessionId, lines);
      const line = lines.get(key) ?? { tail: Promise.resolve(), length: 0 };
      lines.set(key, line);
      const first = line.length === 0;
      line.length += 1;
      const done = first ? start(work) : line.tail.then(work);
      line.tail = done.catch(() => undefined);
      try {
        return await done;
      } finally {
        leave(sessionId, key, line);
      }
    },

    count(sessionId) {
      let count = 0;
      for (const line of sessions.get(sessionId)?.values() ?? []) count += line.length;
      return count;
    },

    settled,
    async allSettled() {
      await Promise.all([...sessions.keys()].map(settled));
    },
  };
}

/** Work that throws at once has failed like any other. */
async function start<T>(work: () => Promise<T>): Promise<T> {
  return await work();
}
