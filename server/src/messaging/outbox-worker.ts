import type { Database } from '../database/database.ts';
import type { Wake } from '../database/event-log.ts';
import { type ClaimedMessage, claimMessage, dueMessages } from '../database/outbox.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Channel } from './channel.ts';
import { type Finished, type Outcome, type RetrySettings, type Settled, settleAll } from './outbox-outcome.ts';

/** Times in ms. */
export interface OutboxSettings extends RetrySettings {
  /** Messages under way at once in this process. */
  readonly concurrency: number;
  /** How long a claim lasts; a provider that has not answered by then is counted as ambiguous. */
  readonly claimFor: number;
  /** How often the worker looks by itself: the safety net under lost pokes, and what finds retries that came due. */
  readonly pollEvery: number;
}

export const OUTBOX_DEFAULTS: OutboxSettings = {
  concurrency: 50,
  claimFor: 60_000,
  pollEvery: 1_000,
  first: 1_000,
  longest: 300_000,
  // At five minutes between attempts this is about a day.
  maxAttempts: 300,
};

/** Counters for the metrics endpoint. */
export interface OutboxMetrics {
  settled(result: Settled): void;
  /** An attempt of which nobody knows whether the provider took it. */
  ambiguous(): void;
}

export interface OutboxWorkerDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly wake: Wake;
  readonly log: Log;
  readonly channels: readonly Channel[];
  /** In [0, 1). */
  readonly random: () => number;
  readonly metrics?: OutboxMetrics;
  readonly settings?: Partial<OutboxSettings>;
}

export interface OutboxWorker {
  /** Begins to look every second. */
  start(): void;
  /** Looks now; called after every commit that put something into the outbox. */
  poke(): void;
  /** Looks now and resolves when nothing is due and nothing is under way. */
  drain(): Promise<void>;
  /** Takes no more, and resolves when what is under way has been written down. */
  stop(): Promise<void>;
}

/**
 * Hands the outbox's messages to their channels: at least once, always under the same key, one of a conversation at a time and
 * in order. Any number of workers may run: each message is claimed by number and deadline, and whoever finishes under an
 * older number changes nothing.
 */
export function createOutboxWorker(deps: OutboxWorkerDeps): OutboxWorker {
  const settings = { ...OUTBOX_DEFAULTS, ...deps.settings };
  const { db, clock, log } = deps;
  const underWay = new Set<string>();
  const finished: Finished[] = [];
  const waiting: (() => void)[] = [];
  let looking = false;
  let lookAgain = false;
  let writing = false;
  let stopped = false;
  let cancelPoll = (): void => undefined;

  function poke(): void {
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = true;
    lookAgain = false;
    void look().then(() => {
      looking = false;
      if (lookAgain) poke();
      else settleWaiting();
    });
  }

  async function look(): Promise<void> {
    const free = settings.concurrency - underWay.size;
    if (stopped || free <= 0) return;
    try {
      for (const message of await claimSome(free)) void begin(message);
    } catch (error) {
      // The next poll tries again: a database that is away for a moment loses nothing.
      log.warn('The outbox could not be read.', { error: String(error) });
    }
  }

  async function claimSome(most: number): Promise<ClaimedMessage[]> {
    const due = await dueMessages(db.read, await db.now(), most);
    if (due.length === 0) return [];
    return await db.inTransaction(async (tx) => {
      const claimed: ClaimedMessage[] = [];
      for (const row of due) {
        const message = await claimMessage(tx, row, tx.now + settings.claimFor);
        if (message === undefined) continue;
        if (row.abandoned) tx.afterCommit(() => deps.metrics?.ambiguous());
        claimed.push(message);
      }
      return claimed;
    });
  }

  async function begin(message: ClaimedMessage): Promise<void> {
    const key = `${message.id} ${message.claimNo}`;
    underWay.add(key);
    const outcome = await attempt(deps, settings.claimFor, message);
    if (outcome.status === 'unknown') deps.metrics?.ambiguous();
    finished.push({ message, outcome });
    if (!writing) await write();
  }

  /** Ends that come in while one commit runs share the next. */
  async function write(): Promise<void> {
    writing = true;
    while (finished.length > 0) {
      const batch = finished.splice(0, settings.concurrency);
      try {
        const results = await db.inTransaction((tx) => settleAll(tx, batch, { ...deps, retry: settings }));
        for (const result of results) deps.metrics?.settled(result);
      } catch (error) {
        // Their claims run out, and they are tried again under the same keys.
        log.error('Ends of deliveries could not be written.', { count: batch.length, error: String(error) });
      }
      for (const { message } of batch) underWay.delete(`${message.id} ${message.claimNo}`);
      // What stood behind these in their conversations may go now.
      poke();
    }
    writing = false;
    settleWaiting();
  }

  function settleWaiting(): void {
    if (looking || writing || underWay.size > 0) return;
    for (const resolve of waiting.splice(0)) resolve();
  }

  function poll(): void {
    cancelPoll = clock.setTimer(settings.pollEvery, () => {
      poke();
      poll();
    });
  }

  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      settleWaiting();
    });

  return {
    start() {
      poll();
      poke();
    },
    poke,
    drain() {
      poke();
      return idle();
    },
    stop() {
      stopped = true;
      cancelPoll();
      return idle();
    },
  };
}

/** One attempt, ended at the latest when its claim runs out. Never throws. */
async function attempt(
  { channels, clock, log }: Pick<OutboxWorkerDeps, 'channels' | 'clock' | 'log'>,
  claimFor: number,
  message: ClaimedMessage,
): Promise<Outcome> {
  const channel = channels.find(({ name }) => name === message.channel);
  if (channel === undefined) return { status: 'unreachable', reason: `channel ${message.channel} is not connected` };
  const gaveUp = new AbortController();
  const { promise: ranOut, resolve: runOut } = Promise.withResolvers<Outcome>();
  const cancel = clock.setTimer(claimFor, () => {
    gaveUp.abort();
    runOut({ status: 'unknown', reason: 'the provider did not answer in time' });
  });
  try {
    const delivery = channel.deliver(
      {
        messageKey: message.messageKey,
        inboxId: message.inboxId,
        conversationId: message.conversationId,
        to: { name: message.contactName, address: message.address },
        author: message.author,
        subject: message.subject,
        body: message.body,
      },
      gaveUp.signal,
    );
    return await Promise.race([delivery, ranOut]);
  } catch (error) {
    // The text of the error stays in the log: it may name hosts or repeat the message.
    log.warn('A delivery ended without an answer.', { outbox: message.id, error: String(error) });
    return { status: 'unknown', reason: 'the connection to the provider broke' };
  } finally {
    cancel();
  }
}
