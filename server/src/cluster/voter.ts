import type { Redis } from 'ioredis';
import type { Clock } from '../lib/clock.ts';

/** Ms on top of a command timeout, until the connection has been given up, or has answered after all. */
const GRACE = 200;

/**
 * A master as redlock sees it: the two commands that redlock calls. When a master has not answered in time, nothing more is
 * sent to it for a moment, except what follows an unanswered command with the same token: the release after an acquire, on the
 * same connection. So when the master goes on, what it still carries out leaves no lease that nobody knows of.
 */
export class Voter {
  readonly #client: Redis;
  readonly #clock: Clock;
  readonly #pause: number;
  /** Monotonic. */
  #silentUntil = Number.NEGATIVE_INFINITY;
  /** Tokens of the commands that were not answered. */
  readonly #unanswered = new Set<string>();

  constructor(
    client: Redis,
    { clock, commandTimeout }: { readonly clock: Clock; readonly commandTimeout: number },
  ) {
    this.#client = client;
    this.#clock = clock;
    this.#pause = commandTimeout + GRACE;
  }

  evalsha(hash: string, keys: number, args: string[]): Promise<unknown> {
    return this.#send(args[keys], () => this.#client.evalsha(hash, keys, ...args));
  }

  eval(source: string, keys: number, args: string[]): Promise<unknown> {
    return this.#send(args[keys], () => this.#client.eval(source, keys, ...args));
  }

  async #send(token: string | undefined, call: () => Promise<unknown>): Promise<unknown> {
    const silent = this.#clock.monotonic() < this.#silentUntil;
    if (silent && !this.#unanswered.delete(token ?? ''))
      throw new Error('The master has not answered a moment ago.');
    try {
      const answer = await call();
      if (this.#unanswered.size > 0) this.#answersAgain();
      return answer;
    } catch (error) {
      if (error instanceof Error && error.message === 'Command timed out') this.#fallSilent(token ?? '');
      throw error;
    }
  }

  #fallSilent(token: string): void {
    this.#silentUntil = this.#clock.monotonic() + this.#pause;
    this.#unanswered.add(token);
  }

  #answersAgain(): void {
    this.#silentUntil = Number.NEGATIVE_INFINITY;
    this.#unanswered.clear();
  }
}
