import { refuse } from '@latchbox/shared';
import type { Redis } from 'ioredis';
import Redlock, { ExecutionError, Lock, ResourceLockedError } from 'redlock';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { LeaseAnswer, Leases } from './leases.ts';
import { type Masters, openMasters } from './masters.ts';
import { COMMAND_TIMEOUT, createScript, runScript } from './redis-client.ts';
import type { OnRedisProblem } from './redis-checks.ts';
import type { Voter } from './voter.ts';
import { votesOf } from './votes.ts';

export interface RedisLeasesOptions {
  /** 1, 3 or 5 masters that know nothing of each other. */
  readonly urls: readonly string[];
  readonly deploymentId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Ms after which a master that has not answered counts as down. */
  readonly commandTimeout?: number;
  /** Ms in which every holder renews its lease at least once. */
  readonly renewInterval?: number;
  /** Told in which ways a master is not set up for locks. */
  readonly onProblem?: OnRedisProblem | undefined;
}

export interface RedisLeases extends Leases {
  /** Waits for the connections; throws `coordination_unavailable` when there is no quorum of them within `timeout` ms. */
  ready(timeout?: number): Promise<void>;
}

const RENEW_INTERVAL = 10_000;
const READY_TIMEOUT = 5_000;
/** So often a lease is tried that turns out to be nobody's: it went away in between, or the masters' votes were split. */
const TRIES = 4;

/** Sets a lease under a known token where nobody else has it. Answers the token that stands there then. */
const TAKE = createScript(`
  local token = redis.call('GET', KEYS[1])
  if token and token ~= ARGV[1] then return token end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return ARGV[1]
`);

interface Store {
  readonly masters: Masters;
  readonly redlock: Redlock;
  readonly clock: Clock;
  readonly commandTimeout: number;
  /** Tokens whose lease may be put back onto masters that lack it; a release takes its token out. See `mend`. */
  readonly mending: Set<string>;
  at(key: string): string;
}

/**
 * Leases in one or several Redis masters, through redlock 5.0.0-beta.2 with its traps walled off: no retries (it cannot tell
 * "held" from "down"), clients of its own that fail fast, none of its wall-clock expiration, always arrays as keys.
 * Throws `ConfigError` for a number of masters that has no clear majority.
 */
export function createRedisLeases(options: RedisLeasesOptions): RedisLeases {
  const { urls, deploymentId, clock, log, commandTimeout = COMMAND_TIMEOUT } = options;
  const prefix = `latchbox:${deploymentId}:`;
  const renewInterval = options.renewInterval ?? RENEW_INTERVAL;
  const masters = openMasters({
    urls,
    prefix: `${prefix}leases:`,
    commandTimeout,
    renewInterval,
    clock,
    log,
    onProblem: options.onProblem,
  });
  const voters = masters.all.map(({ voter }) => asClient(voter));
  const redlock = new Redlock(voters, { retryCount: 0 });
  const { acquireScript, extendScript, releaseScript } = redlock.scripts;
  masters.teach([acquireScript.value, extendScript.value, releaseScript.value, TAKE.source]);
  // Refusals come here too; they are answers, not troubles.
  redlock.on('error', (error: unknown) => {
    if (!(error instanceof ResourceLockedError))
      log.debug('a Redis master did not answer', { error: String(error) });
  });
  const at = (key: string): string => `${prefix}lease:${key}`;
  const store: Store = { masters, redlock, clock, commandTimeout, mending: new Set(), at };
  return {
    acquire: (key, ttl) => acquire(store, key, Math.ceil(ttl)),
    restore: (key, token, ttl) => restore(store, key, token, Math.ceil(ttl)),
    extend: (key, token, ttl) => extend(store, key, token, Math.ceil(ttl)),
    release: (key, token) => release(store, key, token),
    check: (leases) => check(store, leases),
    ready: (timeout = READY_TIMEOUT) => masters.ready(timeout),
    close: () => masters.close(),
  };
}

/** redlock calls `evalsha` and `eval` of its clients and nothing else; its types ask for whole ones. */
const asClient = (voter: Voter): Redis => voter as unknown as Redis;

/**
 * redlock waits for its clean-up after a failure, and finding out whose the lease is takes a round trip more. With masters that
 * do not answer that adds up; here it is over after one command timeout, and a grant that comes later is given back.
 */
function acquire(store: Store, key: string, ttl: number): Promise<LeaseAnswer> {
  return new Promise((resolve, reject) => {
    let late = false;
    const cancel = store.clock.setTimer(store.commandTimeout, () => {
      late = true;
      reject(refuse('coordination_unavailable'));
    });
    acquireSometime(store, key, ttl).then(
      (answer) => {
        cancel();
        if (!late) resolve(answer);
        else if (answer.status === 'granted') giveBack(store, lockOf(store, key, answer.token));
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

async function acquireSometime(store: Store, key: string, ttl: number): Promise<LeaseAnswer> {
  const begun = store.clock.monotonic();
  for (let left = TRIES; ; left -= 1) {
    const answer = await tryToAcquire(store, key, ttl);
    if (answer.status === 'granted' || answer.token !== null || !mayTryAgain(store, begun, left))
      return answer;
    await pause(store);
  }
}

async function tryToAcquire(store: Store, key: string, ttl: number): Promise<LeaseAnswer> {
  const start = store.clock.monotonic();
  let lock: Lock;
  try {
    lock = await store.redlock.acquire([store.at(key)], ttl);
  } catch (error) {
    return refused(store, key, error);
  }
  if (isOver(store, start, ttl)) {
    giveBack(store, lock);
    throw refuse('coordination_unavailable');
  }
  return { status: 'granted', token: lock.value };
}

/** Says whose lease was in the way, as soon as a quorum of masters agrees on it. */
async function refused(store: Store, key: string, error: unknown): Promise<LeaseAnswer> {
  if (!(error instanceof ExecutionError)) throw error;
  const { token } = await poll(store, (client) => client.get(store.at(key)));
  if (token !== null) return { status: 'held', token };
  const votes = await votesOf(error);
  if (votes.done + votes.refused < store.masters.quorum) throw refuse('coordination_unavailable');
  return { status: 'held', token: null };
}

/**
 * The token is in the database and the lease is not in Redis: it was emptied, or this server has just started. redlock sets
 * only tokens that it has made itself, so this asks the masters directly, by its rules: a quorum, each by one atomic script.
 */
async function restore(store: Store, key: string, token: string, ttl: number): Promise<'restored' | 'held'> {
  const { quorum } = store.masters;
  const begun = store.clock.monotonic();
  for (let left = TRIES; ; left -= 1) {
    const start = store.clock.monotonic();
    const take = (client: Redis) => runScript(client, TAKE, [store.at(key)], [token, ttl]);
    const answer = await poll(store, async (client) => String(await take(client)));
    if (answer.token === token && !isOver(store, start, ttl)) return 'restored';
    if (answer.token === token || answer.answered < quorum) throw refuse('coordination_unavailable');
    if (answer.token !== null || !mayTryAgain(store, begun, left)) break;
    // Somebody else's attempt stands on some masters, without a quorum: it is about to be given back.
    await pause(store);
  }
  giveBack(store, lockOf(store, key, token));
  return 'held';
}

async function extend(store: Store, key: string, token: string, ttl: number): Promise<'extended' | 'gone'> {
  const start = store.clock.monotonic();
  let extended: Lock;
  store.mending.add(token);
  try {
    extended = await store.redlock.extend(lockOf(store, key, token), ttl);
  } catch (error) {
    const votes = await votesOf(error);
    // False: it was released meanwhile, and must not come back.
    const wanted = store.mending.delete(token);
    if (votes.refused >= store.masters.quorum) return 'gone';
    // Some hold it and some were emptied, and only together they are a quorum.
    const enough = wanted && votes.done > 0 && votes.done + votes.refused >= store.masters.quorum;
    if (enough && (await complete(store, key, token, ttl))) return 'extended';
    // Not enough masters to say so: the lease may stand on those that are silent.
    throw refuse('coordination_unavailable');
  }
  if (isOver(store, start, ttl)) {
    store.mending.delete(token);
    throw refuse('coordination_unavailable');
  }
  mend(store, key, extended, ttl);
  return 'extended';
}

async function release(store: Store, key: string, token: string): Promise<'released' | 'gone'> {
  store.mending.delete(token);
  try {
    await store.redlock.release(lockOf(store, key, token));
    return 'released';
  } catch (error) {
    const votes = await votesOf(error);
    if (votes.refused >= store.masters.quorum) return 'gone';
    // A quorum has answered and does not hold it now, wherever else it stood: it is over.
    if (votes.done + votes.refused >= store.masters.quorum) return 'released';
    throw refuse('coordination_unavailable');
  }
}

async function check(
  store: Store,
  leases: readonly { readonly key: string; readonly token: string }[],
): Promise<('held' | 'gone' | 'unknown')[]> {
  if (leases.length === 0) return [];
  const { all, quorum } = store.masters;
  const keys = leases.map((lease) => store.at(lease.key));
  const answers = await Promise.all(all.map((master) => master.holdings(keys).catch(() => null)));
  return leases.map(({ token }, index) => {
    const having = answers.filter((answer) => answer?.tokens[index] === token).length;
    if (having >= quorum) return 'held';
    // Only those count as lacking it that answered and were not emptied a moment ago.
    const lacking = answers.filter(
      (answer) => answer?.trusted === true && answer.tokens[index] !== token,
    ).length;
    return lacking >= quorum ? 'gone' : 'unknown';
  });
}

/** redlock's own form of a lease of which only the token is known. Its expiration is of the wall clock: never is the answer. */
function lockOf(store: Store, key: string, token: string): Lock {
  return new Lock(store.redlock, [store.at(key)], token, [], Number.POSITIVE_INFINITY);
}

/** Whether a lease that was asked for at `start` (monotonic) may have ended already; with redlock's allowance for drifting clocks. */
function isOver(store: Store, start: number, ttl: number): boolean {
  return store.clock.monotonic() - start >= ttl - (Math.round(ttl * 0.01) + 2);
}

/** Takes back what nobody will use. Without an answer the time to live ends it. */
function giveBack(store: Store, lock: Lock): void {
  store.redlock.release(lock).catch(() => undefined);
}

/** After half the time there would be no answer in time. */
function mayTryAgain({ clock, commandTimeout }: Store, begun: number, left: number): boolean {
  return left > 1 && clock.monotonic() - begun < commandTimeout / 2;
}

/** Between two tries where votes were split: long enough, by chance, for one of those who ask to be alone for a whole try. */
function pause({ masters, clock, commandTimeout }: Store): Promise<void> {
  if (masters.all.length === 1) return Promise.resolve();
  return new Promise((resolve) => void clock.setTimer((Math.random() * commandTimeout) / 5, resolve));
}

/**
 * Puts a lease that a quorum holds back onto masters that answered without it: they were down when it was granted, or lost
 * their data. redlock extends only where the lease still stands, so that one more master lost would end it.
 */
function mend(store: Store, key: string, extended: Lock, ttl: number): void {
  const token = extended.value;
  const [votes] = extended.attempts;
  if (votes === undefined || store.masters.all.length === 1) {
    store.mending.delete(token);
    return;
  }
  void votes.then(async ({ votesAgainst }) => {
    // Released in the meantime: then it must not come back.
    if (!store.mending.delete(token)) return;
    const lacking = store.masters.all.filter(
      ({ voter }) => votesAgainst.get(asClient(voter)) instanceof ResourceLockedError,
    );
    await Promise.allSettled(
      lacking.map(({ client }) => runScript(client, TAKE, [store.at(key)], [token, ttl])),
    );
  });
}

/**
 * Puts a lease that fewer than a quorum hold onto the masters that answered without it; true when a quorum holds it then. Without
 * this a master that came back empty while others are away would leave its holder in uncertainty for as long as they are.
 */
async function complete(store: Store, key: string, token: string, ttl: number): Promise<boolean> {
  const start = store.clock.monotonic();
  const take = (client: Redis) => runScript(client, TAKE, [store.at(key)], [token, ttl]);
  // A release that comes from here on is sent after this on every connection, so nothing is put back that was given back.
  const answer = await poll(store, async (client) => String(await take(client)));
  return answer.token === token && !isOver(store, start, ttl);
}

interface Poll {
  /** The token on which a quorum of masters agrees; null: on none. */
  readonly token: string | null;
  readonly answered: number;
}

/** Asks every master for the token under a key, and answers as soon as it cannot change any more. */
function poll({ masters }: Store, ask: (client: Redis) => Promise<string | null>): Promise<Poll> {
  return new Promise((resolve) => {
    const counts = new Map<string, number>();
    let open = masters.all.length;
    let answered = 0;
    let most = 0;
    const count = (token: string | null): void => {
      answered += 1;
      if (token === null) return;
      const now = (counts.get(token) ?? 0) + 1;
      counts.set(token, now);
      most = Math.max(most, now);
      if (now === masters.quorum) resolve({ token, answered });
    };
    const settle = (): void => {
      open -= 1;
      const enough = answered >= masters.quorum || open === 0;
      if (enough && most + open < masters.quorum) resolve({ token: null, answered });
    };
    for (const { client } of masters.all) {
      void ask(client)
        .then(count)
        .catch(() => undefined)
        .then(settle);
    }
  });
}
