import type { LockEndReason } from '@latchbox/shared';
import type { Hints } from '../cluster/hints.ts';
import type { Leases } from '../cluster/leases.ts';
import type { Database, Tx } from '../database/database.ts';
import type { Wake } from '../database/event-log.ts';
import type { OpenLock } from '../database/locks.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { HeartSignals, Locks, Sessions } from './api.ts';
import { endLock } from './end-lock.ts';
import { receiveAskedFor } from './asking.ts';
import { receiveGiven } from './give-to.ts';
import { createLocks } from './locks.ts';
import { createOwners, type Owners } from './owners.ts';
import { keepLeases, recoverLocks, recoverTimes } from './recover.ts';
import { createSessions, DROP_OLDER } from './sessions.ts';
import { type Sweeper, startSweeper } from './sweeper.ts';
import { createConnected, type WhoIsThere } from './there.ts';
import { lineAfterReply, type StoredUnder } from './waiting-line.ts';

export interface HeartDeps {
  readonly db: Database;
  readonly leases: Leases;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: Wake;
  readonly signals: HeartSignals;
  readonly serverId: string;
  readonly maxLocks: number;
  /** Ms between two sweeps. */
  readonly sweepEvery: number;
  /** Who is connected to any server; left out: to this one, the only one. */
  readonly there?: WhoIsThere;
}

/** Locks and sessions of one server, wired together. */
export interface Heart {
  readonly locks: Locks;
  readonly sessions: Sessions;
  readonly owners: Owners;
  readonly endLock: (tx: Tx, lock: OpenLock, reason: LockEndReason) => Promise<boolean>;
  /** Who is connected to this server. */
  readonly connected: WhoIsThere;
  /** What a stored reply changes for those who wait or ask, in the transaction that stores it. */
  readonly afterReply: (tx: Tx, reply: StoredUnder) => Promise<void>;
  /** To be called before the port opens: nobody is given what somebody holds. `alone` as in `start`. */
  prepare(alone: boolean): Promise<void>;
  /**
   * To be called once the port is open. `alone`: leases lived in the memory of the process that ended, so its locks get a
   * reconnect grace first. Then the sweeper runs.
   */
  start(alone: boolean): Promise<Sweeper>;
  close(): Promise<void>;
}

export function createHeart(deps: HeartDeps): Heart {
  const owners = createOwners(deps);
  const connected = createConnected();
  const there: WhoIsThere = deps.there ?? ((agentId) => connected.ofAgent(agentId));
  const lockDeps = { ...deps, owners, connected, there };
  const ends = [
    receiveGiven(lockDeps),
    receiveAskedFor(lockDeps),
    deps.hints.subscribe(DROP_OLDER, (message) => {
      const { sessionId, connectionNo } = message as { sessionId: string; connectionNo: number };
      connected.gone({ sessionId, connectionNo: connectionNo - 1 });
    }),
  ];
  const locks = createLocks(lockDeps);
  const sessions = createSessions({ ...lockDeps, locks });
  let sweeper: Sweeper | undefined;
  let left: readonly OpenLock[] | undefined;
  return {
    locks,
    sessions,
    owners,
    endLock: (tx, lock, reason) => endLock(tx, lockDeps, lock, reason),
    connected: (agentId) => connected.ofAgent(agentId),
    afterReply: (tx, reply) => lineAfterReply(tx, lockDeps, reply),
    async prepare(alone) {
      if (alone) left = await keepLeases(lockDeps);
    },
    async start(alone) {
      if (alone) left ??= await keepLeases(lockDeps);
      const restarted = await recoverLocks(lockDeps, left ?? []);
      if (alone) await recoverTimes(lockDeps);
      sweeper = startSweeper({ ...lockDeps, every: deps.sweepEvery, restarted });
      return sweeper;
    },
    async close() {
      for (const end of ends) end();
      await sweeper?.close();
      owners.close();
    },
  };
}
