import { AsyncLocalStorage } from 'node:async_hooks';
import type BetterSqlite3 from 'better-sqlite3';
import { nextTurn } from '../lib/next-turn.ts';
import { BUSY_LIMIT, isBusy, untilFree, waitsSince } from './busy.ts';
import type { Durability, Handle, Tx } from './database.ts';
import type { DatabaseDeps } from './deps.ts';
import { createNestingGuard } from './nesting.ts';
import { createSlowWatch, RunningTx } from './transaction.ts';

/** Jobs that share a commit at most, */
const MOST_TOGETHER = 32;
/** and how long (ms) they hold the lock for which other processes wait, before what is left goes with the next commit. */
const LONGEST_TOGETHER = 10;

/** The connection that writes. */
export interface Writer {
  readonly raw: BetterSqlite3.Database;
  readonly db: Handle;
  readonly begin: BetterSqlite3.Statement;
  readonly commit: BetterSqlite3.Statement;
  readonly rollback: BetterSqlite3.Statement;
}

export interface Writing {
  /** As `Database.inTransaction`. */
  run<T>(work: (tx: Tx) => Promise<T>, durability: Durability): Promise<T>;
  /** Takes no more jobs and waits for those that are there. */
  close(): Promise<void>;
}

interface Job {
  readonly durability: Durability;
  /** When it was asked for. */
  readonly since: number;
  /** Does the work, and returns what says so once it is committed. */
  attempt(tx: RunningTx): Promise<() => void>;
  failed(error: unknown): void;
}

/**
 * Runs jobs one after the other, each whole or not at all. Those that wait (for another process, which writes) go together when
 * it is their turn: with one lock and one commit, and each in a savepoint, so that one that fails takes nothing from the others.
 * None learns how it went before the commit. What many writers of one file wait for is each other's disk.
 */
export function createSqliteWriting(
  writer: Writer,
  settle: (durability: Durability) => void,
  deps: DatabaseDeps,
): Writing {
  const nesting = createNestingGuard();
  const runSome = createCommits(writer, settle, deps);
  const waiting: Job[] = [];
  let running = false;
  let closed = false;
  let drained: (() => void) | undefined;

  async function runAll(): Promise<void> {
    running = true;
    for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) {
      await runSome(first, waiting);
      // Between two locks everybody else has a turn, here and in the other processes.
      if (waiting.length > 0) await nextTurn();
    }
    running = false;
    drained?.();
  }

  return {
    async run(work, durability) {
      nesting.check();
      if (closed) throw new Error('the database is closed');
      // Whoever asks first runs the others too, but not in what is his own.
      const within = AsyncLocalStorage.snapshot();
      return await new Promise((done, failed) => {
        waiting.push({
          durability,
          since: waitsSince(),
          failed,
          async attempt(tx) {
            const result = await within(() => nesting.run(() => work(tx)));
            return () => {
              within(() => tx.committed(deps.log));
              done(result);
            };
          },
        });
        if (!running) void runAll();
      });
    },
    async close() {
      closed = true;
      if (running) await new Promise<void>((resolve) => (drained = resolve));
    },
  };
}

/** Runs the first job, and of those that wait as many as go with it, up to their common commit. What it returns never throws. */
function createCommits(
  writer: Writer,
  settle: (durability: Durability) => void,
  { clock, log }: DatabaseDeps,
): (first: Job, waiting: Job[]) => Promise<void> {
  const slow = createSlowWatch(clock, log);
  const begun = (): RunningTx => new RunningTx(writer.db, clock.now(), 'sqlite');
  const attemptOne = createAttempt(writer, begun);

  return async (first, waiting) => {
    // Whoever does not wait for the disk goes along with those that do, rather than before them with a commit of its own.
    const together = [first, ...waiting.slice(0, MOST_TOGETHER - 1)];
    const durability = together.some((job) => job.durability === 'at_once') ? 'at_once' : 'soon';
    try {
      settle(durability);
      await runNow(writer.begin, first.since);
    } catch (error) {
      first.failed(error);
      return;
    }
    const began = clock.monotonic();
    const jobs = [first];
    const next = (): Job | undefined => {
      const some = jobs.length < MOST_TOGETHER && clock.monotonic() - began < LONGEST_TOGETHER;
      // A commit that does not wait for the disk is not enough for one that does and came meanwhile.
      const alike = durability === 'at_once' || waiting[0]?.durability === 'soon';
      const job = some && alike ? waiting.shift() : undefined;
      if (job !== undefined) jobs.push(job);
      return job;
    };
    try {
      const tell: (() => void)[] = [];
      if (waiting.length === 0) tell.push(await first.attempt(begun()));
      else
        for (let job: Job | undefined = first; job !== undefined; job = next())
          tell.push(await attemptOne(job));
      await runNow(writer.commit);
      for (const one of tell) one();
    } catch (error) {
      // SQLite itself may have rolled back already (disk full, corruption).
      if (writer.raw.inTransaction) writer.rollback.run();
      for (const job of jobs) job.failed(error);
    } finally {
      slow(began);
    }
  };
}

/** One job of several: it fails alone. Throws when nothing of any of them stands any more. */
function createAttempt(writer: Writer, begun: () => RunningTx): (job: Job) => Promise<() => void> {
  const savepoint = createSavepoint(writer.raw);
  return async (job) => {
    savepoint.set.run();
    try {
      const tell = await job.attempt(begun());
      savepoint.keep.run();
      return tell;
    } catch (error) {
      if (!writer.raw.inTransaction) throw error;
      savepoint.undo.run();
      savepoint.keep.run();
      return () => job.failed(error);
    }
  };
}

function createSavepoint(raw: BetterSqlite3.Database) {
  return {
    set: raw.prepare('SAVEPOINT job'),
    keep: raw.prepare('RELEASE job'),
    undo: raw.prepare('ROLLBACK TO job'),
  };
}

/**
 * Runs `BEGIN IMMEDIATE` or `COMMIT`, without a detour through a promise when the lock is free. With `since`, the wait for those who came
 * before counts: else each of them would wait for the lock anew, and the last one for as long as all together.
 */
function runNow(statement: BetterSqlite3.Statement, since?: number): Promise<void> | undefined {
  try {
    statement.run();
    return undefined;
  } catch (error) {
    if (!isBusy(error)) throw error;
    return untilFree(() => void statement.run(), BUSY_LIMIT, since);
  }
}
