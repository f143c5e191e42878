import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Handle, Tx } from './database.ts';

/** No transaction may take longer (ms): everything else that writes waits for it. */
const SLOW_TRANSACTION = 50;
const SLOW_WARNING_EVERY = 60_000;

/** One attempt at a transaction, with the hooks that its work registered. */
export class RunningTx implements Tx {
  readonly db: Handle;
  readonly now: number;
  readonly dialect: 'sqlite' | 'postgres';
  #hooks: (() => void)[] | undefined;

  constructor(db: Handle, now: number, dialect: 'sqlite' | 'postgres') {
    this.db = db;
    this.now = now;
    this.dialect = dialect;
  }

  afterCommit(run: () => void): void {
    this.#hooks ??= [];
    this.#hooks.push(run);
  }

  /** Runs the hooks. The transaction is done: one that fails is logged and takes nothing from the others or the caller. */
  committed(log: Log): void {
    if (this.#hooks === undefined) return;
    for (const hook of this.#hooks) {
      try {
        hook();
      } catch (error) {
        log.error('A hook after a commit failed', { error });
      }
    }
  }
}

/** Logs transactions that held up the others for too long, once a minute with how many there were. */
export function createSlowWatch(clock: Clock, log: Log): (startedAt: number) => void {
  let quietUntil = -Infinity;
  let unsaid = 0;
  return (startedAt) => {
    const now = clock.monotonic();
    const took = now - startedAt;
    if (took <= SLOW_TRANSACTION) return;
    unsaid += 1;
    if (now < quietUntil) return;
    log.warn('A transaction held up the others', {
      tookMs: Math.round(took),
      limitMs: SLOW_TRANSACTION,
      count: unsaid,
    });
    quietUntil = now + SLOW_WARNING_EVERY;
    unsaid = 0;
  };
}
