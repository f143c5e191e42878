/** The server processes that run on this database, each with a heartbeat. */
import { eq, lt, ne, sql } from 'drizzle-orm';
import type { Database, Handle } from './database.ts';
import { prepared } from './prepared.ts';
import { counters, instances } from './schema/sqlite.ts';

/** How often (ms) a process says that it is there. */
export const HEARTBEAT_EVERY = 2_000;
/** After how long (ms) without a heartbeat a process counts as dead. */
export const HEARTBEAT_LIMIT = 10_000;

type InstanceRow = typeof instances.$inferSelect;

/** `alone`: leases are in this process's memory, so there must be no other. `cluster`: they are in Redis. */
export type InstanceMode = InstanceRow['mode'];

export interface InstanceDeps {
  readonly db: Database;
  readonly self: {
    readonly id: string;
    readonly host: string;
    readonly pid: number;
    readonly mode: InstanceMode;
  };
  /** True when a process of this host runs; the default asks the system. */
  readonly isRunning?: (pid: number) => boolean;
}

export interface Instances {
  /**
   * Takes a place beside the processes that live. Throws an `Error` for the operator where leases in memory and another live
   * process would meet; then nothing is registered.
   */
  register(): Promise<void>;
  /** Says that this process is there; call it every `HEARTBEAT_EVERY`. */
  beat(): Promise<void>;
  /** The other processes that live at `now` (database time). */
  otherLive(now: number): Promise<InstanceRow[]>;
  /** Gives the place back. */
  remove(): Promise<void>;
}

const selectOthers = prepared<{ id: string }, InstanceRow[]>('instances.others', (db) =>
  db
    .select()
    .from(instances)
    .where(ne(instances.id, sql.placeholder('id'))),
);
const touch = prepared<{ id: string; at: number }, { id: string }[]>('instances.beat', (db) =>
  db
    .update(instances)
    .set({ heartbeatAt: sql`${sql.placeholder('at')}` })
    .where(eq(instances.id, sql.placeholder('id')))
    .returning({ id: instances.id }),
);

export function createInstances({ db, self, isRunning = processRuns }: InstanceDeps): Instances {
  const lives = (row: InstanceRow, now: number): boolean =>
    now - row.heartbeatAt <= HEARTBEAT_LIMIT &&
    // A row with this process's own id is of one before it: in a container every start is process 1.
    (row.host !== self.host || (row.pid !== self.pid && isRunning(row.pid)));
  const others = async (handle: Handle, now: number): Promise<InstanceRow[]> =>
    (await selectOthers(handle, { id: self.id })).filter((row) => lives(row, now));
  const place = (now: number): InstanceRow => ({ ...self, startedAt: now, heartbeatAt: now });

  return {
    register: () =>
      db.inTransaction(async (tx) => {
        // One start at a time, also on Postgres: two that do not see each other would both go on.
        await tx.db
          .insert(counters)
          .values({ name: 'starts', value: 1 })
          .onConflictDoUpdate({ target: counters.name, set: { value: sql`${counters.value} + 1` } });
        for (const other of await others(tx.db, tx.now)) refuseBeside(other, self.mode);
        await tx.db.delete(instances).where(lt(instances.heartbeatAt, tx.now - HEARTBEAT_LIMIT * 6));
        const row = place(tx.now);
        await tx.db.insert(instances).values(row).onConflictDoUpdate({ target: instances.id, set: row });
      }),
    beat: () =>
      db.inTransaction(async (tx) => {
        const [known] = await touch(tx.db, { id: self.id, at: tx.now });
        // Stopped for so long that somebody cleared the row away: it is there again.
        if (known === undefined) await tx.db.insert(instances).values(place(tx.now));
      }),
    otherLive: (now) => others(db.read, now),
    remove: () =>
      db.inTransaction(async (tx) => void (await tx.db.delete(instances).where(eq(instances.id, self.id)))),
  };
}

function refuseBeside(other: InstanceRow, mode: InstanceMode): void {
  if (mode === 'cluster' && other.mode === 'cluster') return;
  const who = `process ${other.pid} on ${other.host}`;
  throw new Error(
    mode === 'alone'
      ? `Another Latchbox (${who}) uses this database. Stop it first, or start both with REDIS_URL, so that they share their locks.`
      : `A Latchbox without Redis (${who}) uses this database. Stop it first, or start it with REDIS_URL too, so that they share their locks.`,
  );
}

function processRuns(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
