import type { Holder } from './holder.ts';

/** A session that is connected to some server at this moment. */
export interface SessionHere {
  readonly sessionId: string;
  /** The conversations it has open. */
  readonly viewing: readonly { readonly conversationId: string }[];
}

/** The sessions of an agent that are connected to any server, as far as this one knows. Never waits: it is asked inside transactions. */
export type WhoIsThere = (agentId: string) => readonly SessionHere[];

/** The sessions whose connection this server has: only it can keep a lock for them. */
export interface Connected {
  add(holder: Holder): void;
  gone(holder: Pick<Holder, 'sessionId' | 'connectionNo'>): void;
  get(sessionId: string): Holder | undefined;
  /** The newest connection of a session that was here and is gone, as long as that is remembered. */
  lost(sessionId: string): Holder | undefined;
  ofAgent(agentId: string): readonly SessionHere[];
}

/** Connections that are gone and still remembered: what is given to one of them was given at the moment at which it went. */
const MOST_LOST = 1_000;

export function createConnected(): Connected {
  const holders = new Map<string, Holder>();
  const lost = new Map<string, Holder>();
  return {
    add(holder) {
      const known = holders.get(holder.sessionId);
      // Two hellos of one session at once: the newer connection stays.
      if (known === undefined || known.connectionNo < holder.connectionNo)
        holders.set(holder.sessionId, holder);
    },
    gone({ sessionId, connectionNo }) {
      const known = holders.get(sessionId);
      if (known === undefined || known.connectionNo > connectionNo) return;
      holders.delete(sessionId);
      // Once more at the end, where the newest stand.
      lost.delete(sessionId);
      lost.set(sessionId, known);
      const [oldest] = lost.keys();
      if (lost.size > MOST_LOST && oldest !== undefined) lost.delete(oldest);
    },
    get: (sessionId) => holders.get(sessionId),
    lost: (sessionId) => lost.get(sessionId),
    ofAgent: (agentId) =>
      [...holders.values()]
        .filter((holder) => holder.agentId === agentId)
        .map(({ sessionId }) => ({ sessionId, viewing: [] })),
  };
}

/** Hint: a lock was given to a session; the server that has its connection keeps it from here on. */
export const GIVEN = 'lock-given';
export interface Given {
  readonly conversationId: string;
  readonly epoch: number;
  readonly sessionId: string;
}
/** Hint: the holder of a lock is asked for it; the server that has the holder's connection watches for a keystroke. */
export const ASKED_FOR = 'lock-asked-for';
export interface AskedFor {
  readonly conversationId: string;
  readonly epoch: number;
  readonly askedAt: number;
}
