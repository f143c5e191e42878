import type { Database } from '../../database/database.ts';
import type { Wake } from '../../database/event-log.ts';
import { type ClaimedMessage, dueMessages } from '../../database/outbox.ts';
import { type Batcher, createBatcher } from '../../lib/batcher.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { AccountNews, PauseSettings } from './account-pauses.ts';
import { accepted, type Carrier } from './channel.ts';
import { claimDue } from './claim-due.ts';
import type { Finished, Outcome } from './finished.ts';
import { type RetrySettings, type Settled, settleAll } from './outbox-outcome.ts';
import { tellWaiting } from './tell-waiting.ts';

/** Times in ms. */
export interface OutboxSettings extends RetrySettings {
  /** Messages under way at once in this process. */
  readonly concurrency: number;
  /** How long a claim lasts; a provider that has not answered by then is counted as ambiguous. */
  readonly claimFor: number;
  /** How often the worker looks by itself: the safety net under lost pokes, and what finds retries that came due. */
  readonly pollEvery: number;
  /** For how long ends of attempts are collected at most, while many are under way, so that one commit writes several. */
  readonly gatherEnds: number;
  /** When what mail leaves by cannot be reached. */
  readonly pause: PauseSettings;
}

const OUTBOX_DEFAULTS: OutboxSettings = {
  // While some are written down and others fetched, a relay's few connections must not run out of mails: with 50 they stood still
  // for a quarter of the time.
  concurrency: 100,
  claimFor: 60_000,
  pollEvery: 1_000,
  first: 1_000,
  longest: 300_000,
  // At five minutes between attempts this is about a day.
  maxAttempts: 300,
  gatherEnds: 0,
  pause: { after: 5, first: 2_000, longest: 300_000 },
};

/** Counters for the metrics endpoint. */
export interface OutboxMetrics {
  settled(result: Settled): void;
  /** An attempt of which nobody knows whether the provider took it. */
  ambiguous(): void;
  /** An account is left alone for a while, again for longer, or free again. */
  account(became: AccountNews['became']): void;
}

export interface OutboxWorkerDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly wake: Wake;
  readonly log: Log;
  readonly channels: readonly Carrier[];
  /** In [0, 1). */
  readonly random: () => number;
  readonly metrics?: OutboxMetrics | undefined;
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
  return new Worker(deps);
}

class Worker implements OutboxWorker {
  readonly #deps: OutboxWorkerDeps;
  readonly #settings: OutboxSettings;
  readonly #ends: Batcher<Finished>;
  /** Claims whose end is not written yet. */
  readonly #underWay = new Set<ClaimedMessage>();
  readonly #waitingForIdle: (() => void)[] = [];
  #look: 'resting' | 'looking' | 'look again' = 'resting';
  #stopped = false;
  /** There were more due than could be taken. */
  #backlog = false;
  #cancelPoll = (): void => undefined;

  constructor(deps: OutboxWorkerDeps) {
    this.#deps = deps;
    this.#settings = { ...OUTBOX_DEFAULTS, ...deps.settings };
    this.#ends = createBatcher(
      this.#settings.concurrency,
      (batch) => this.#write(batch),
      (waiting) => this.#gather(waiting),
    );
  }

  start(): void {
    this.poke();
    this.#cancelPoll = this.#deps.clock.setTimer(this.#settings.pollEvery, () => this.start());
  }

  poke(): void {
    if (this.#look !== 'resting') {
      this.#look = 'look again';
      return;
    }
    this.#look = 'looking';
    void this.#claimAndBegin().then(() => {
      const again = this.#look === 'look again';
      this.#look = 'resting';
      if (again) this.poke();
      else this.#tellIdle();
    });
  }

  drain(): Promise<void> {
    this.poke();
    return this.#untilIdle();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelPoll();
    return this.#untilIdle();
  }

  #untilIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#waitingForIdle.push(resolve);
      this.#tellIdle();
    });
  }

  #tellIdle(): void {
    if (this.#look !== 'resting' || this.#underWay.size > 0) return;
    for (const resolve of this.#waitingForIdle.splice(0)) resolve();
  }

  async #claimAndBegin(): Promise<void> {
    const free = this.#settings.concurrency - this.#underWay.size;
    if (this.#stopped || free <= 0) return;
    try {
      for (const message of await this.#claim(free)) void this.#attempt(message);
      if ((await tellWaiting(this.#deps, TOLD_AT_ONCE)) === TOLD_AT_ONCE) this.#look = 'look again';
    } catch (error) {
      // The next poll tries again: a database that is away for a moment loses nothing.
      this.#deps.log.warn('The outbox could not be read.', { error: String(error) });
    }
  }

  async #claim(most: number): Promise<ClaimedMessage[]> {
    const { db, metrics } = this.#deps;
    const due = await dueMessages(db.read, await db.now(), most);
    this.#backlog = due.length === most;
    if (due.length === 0) return [];
    // After a power cut a claim that is missing and one whose worker is gone lead to the same: it is sent again under its key.
    const { claimed, abandoned } = await db.inTransaction(
      (tx) => claimDue(tx, due, tx.now + this.#settings.claimFor),
      'soon',
    );
    for (let count = 0; count < abandoned; count += 1) metrics?.ambiguous();
    return [...claimed];
  }

  /** A few more ends are on their way: they share the commit. Alone, nobody waits. */
  async #gather(waiting: () => number): Promise<void> {
    const { gatherEnds, concurrency } = this.#settings;
    const busy = (): boolean => this.#underWay.size - waiting() > MANY && waiting() < concurrency / 2;
    if (gatherEnds === 0 || !busy()) return;
    await new Promise<void>((resolve) => this.#deps.clock.setTimer(gatherEnds, resolve));
  }

  async #attempt(message: ClaimedMessage): Promise<void> {
    this.#underWay.add(message);
    const outcome = await deliver(this.#deps, this.#settings.claimFor, message);
    if (outcome.status === 'unknown') this.#deps.metrics?.ambiguous();
    this.#ends.add({ message, outcome });
  }

  #tellAccount(news: AccountNews): void {
    const { log, metrics } = this.#deps;
    metrics?.account(news.became);
    const { account } = news;
    if (news.became === 'free') return log.info('Mail leaves by this account again.', { account });
    const until = new Date(news.until).toISOString();
    log.warn('No mail can leave by this account; it is tried again later.', {
      account,
      until,
      reason: news.reason,
    });
  }

  async #write(batch: readonly Finished[]): Promise<void> {
    const { db, wake, random, metrics, log } = this.#deps;
    try {
      const { pause } = this.#settings;
      const { results, accounts } = await db.inTransaction((tx) =>
        settleAll(tx, batch, { wake, random, retry: this.#settings, pause }),
      );
      for (const result of results) metrics?.settled(result);
      for (const news of accounts) this.#tellAccount(news);
    } catch (error) {
      // Their claims run out, and they are tried again under the same keys.
      log.error('Ends of deliveries could not be written.', { count: batch.length, error: String(error) });
    }
    for (const { message } of batch) this.#underWay.delete(message);
    // What stood behind these in their conversations may go now. With a backlog it is taken in larger pieces: each has its commit.
    const free = this.#settings.concurrency - this.#underWay.size;
    if (!this.#backlog || free >= this.#settings.concurrency / 2) this.poke();
  }
}

/** With more than so many others under way, ends wait for each other. */
const MANY = 5;
/** As many messages are told at once that they wait; with more there is another look. */
const TOLD_AT_ONCE = 100;

/** One attempt, ended at the latest when its claim runs out. Never throws. */
async function deliver(
  { channels, clock, log }: Pick<OutboxWorkerDeps, 'channels' | 'clock' | 'log'>,
  claimFor: number,
  message: ClaimedMessage,
): Promise<Outcome> {
  const channel = channels.find(({ name }) => name === message.channel);
  if (channel === undefined)
    return { status: 'unreachable', reason: `channel ${message.channel} is not connected` };
  // Everybody has it already: nothing may leave again.
  if (message.recipients?.length === 0) return accepted;
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
        recipients: message.recipients ?? [],
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
