import type { Database } from '../database/database.ts';
import { endedSignIns, inactiveAgents } from '../database/deliveries.ts';
import type { Directory } from '../directory/api.ts';
import type { Clock } from '../lib/clock.ts';
import type { LiveConnection } from './connection.ts';
import type { Connections } from './connections.ts';

/** Connections whose token is looked at in full with every look; the others' sign-ins and agents always are. */
const FULL_LOOKS = 50;

export interface RevocationDeps {
  readonly db: Pick<Database, 'read'>;
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'stillValid'>;
  readonly connections: Connections;
  /** Closes a connection whose token is no longer good for anything. */
  readonly close: (connection: LiveConnection) => void;
}

export interface Revocation {
  /** Looks at once at every connection of an agent: somebody changed what it may do. */
  lookAt(agentId: string): Promise<void>;
  /**
   * Looks at everybody, with a few queries for all: sign-ins that ended, agents that were deactivated, tokens that are over.
   * What only a full look finds (an API key, an application's registration, a role) is told by a hint, and found by this
   * within some looks if that is lost.
   */
  lookAtAll(): Promise<void>;
}

export function createRevocation({ db, clock, directory, connections, close }: RevocationDeps): Revocation {
  let full: Iterator<LiveConnection> | undefined;

  const lookInFull = async (some: readonly LiveConnection[]): Promise<void> => {
    for (const connection of some) {
      const { token } = connection;
      const valid = await directory.stillValid(token);
      // A fresh token that came meanwhile was checked when it came.
      if (!valid && connection.token === token) close(connection);
    }
  };

  const someMore = (): LiveConnection[] => {
    const some: LiveConnection[] = [];
    full ??= [...connections.all()][Symbol.iterator]();
    while (some.length < FULL_LOOKS) {
      const { value, done } = full.next();
      if (done === true) {
        full = undefined;
        break;
      }
      if (value.end === undefined) some.push(value);
    }
    return some;
  };

  return {
    lookAt: (agentId) => lookInFull(connections.ofAgent(agentId)),

    async lookAtAll() {
      const now = clock.now();
      const all = [...connections.all()];
      for (const connection of all) {
        const { endsAt } = connection.token;
        if (endsAt !== null && endsAt <= now) close(connection);
      }
      const signIns = new Set(all.flatMap(({ token }) => (token.signInId === null ? [] : [token.signInId])));
      const ended = await endedSignIns(db.read, [...signIns], now);
      const inactive = await inactiveAgents(db.read, [...connections.agents()]);
      if (ended.size > 0 || inactive.size > 0)
        for (const connection of all)
          if (ended.has(connection.token.signInId ?? '') || inactive.has(connection.holder.agentId))
            close(connection);
      await lookInFull(someMore());
    },
  };
}
