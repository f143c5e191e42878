import type { UpInput, UpName, UpResult } from '@latchbox/shared/realtime/up/index';
import type { AnyLatchboxError } from '@latchbox/shared/error-codes';
import { refuse } from '../lib/refuse.ts';
import { type Abortable, waitFor } from '../lib/scope.ts';
import type { Core } from '../core.ts';

/** What the server says to a command: one of the two. */
export interface Answer {
  readonly result?: unknown;
  readonly error?: AnyLatchboxError;
}

/** A greeted connection, to say commands on. */
export interface Voice {
  ask(name: string, input: object, answer: (answer: Answer) => void): void;
  /** Says something that may be lost and has no answer. */
  signal(name: string, input: object): void;
}

export interface CallOptions extends Abortable {
  /** When the connection is lost before the answer: say it again on the next one (default), or reject with `offline`. */
  readonly onLoss?: 'repeat' | 'reject';
  /** A connection that is not open to everything yet: for what makes it so. */
  readonly via?: Voice;
  /**
   * Gets the result in the turn in which it comes. A frame may come in the same turn, and is taken in before whoever waits for the promise: what has no
   * number to be put in order by is taken in here.
   */
  readonly heard?: (result: never) => void;
  /** Gets the result when the caller had given up by then (aborted or timed out). */
  readonly late?: (result: unknown) => void;
}

/** The commands that are about one conversation. */
export type AboutName = {
  [N in UpName]: UpInput<N> extends { conversationId: string } ? N : never;
}[UpName];

interface Call {
  readonly name: UpName;
  readonly input: object;
  readonly deadline: number;
  readonly options: CallOptions;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
  /** The connection that it was said on. */
  via: Voice | undefined;
}

/**
 * The outbox of commands. One command is one emit with an acknowledgement; nothing is emitted unless the connection has
 * been greeted. Every command is made so that it may be repeated, hence a lost connection repeats it, until its deadline.
 */
export class Commands {
  readonly #core: Core;
  readonly #open = new Set<Call>();
  #voice: Voice | undefined;
  #sweeping = false;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Rejects with the server's refusal, `timeout`, `offline` (it was never said), `aborted` or `closed`. */
  call<N extends UpName>(name: N, input: UpInput<N>, options: CallOptions = {}): Promise<UpResult<N>> {
    const { runtime, scope, timings } = this.#core;
    return waitFor<UpResult<N>>(scope, options.signal, (resolve, reject) => {
      const deadline = runtime.now() + timings.ackTimeout;
      const call: Call = { name, input, options, deadline, resolve, reject, via: undefined };
      this.#open.add(call);
      this.#say(call, options.via ?? this.#voice);
      this.#sweepLater();
      return () => this.#open.delete(call);
    });
  }

  /** A command about one conversation. */
  about<N extends AboutName>(
    conversationId: string,
    name: N,
    input: Omit<UpInput<N>, 'conversationId'>,
    options?: CallOptions,
  ): Promise<UpResult<N>> {
    return this.call<N>(name, { conversationId, ...input } as UpInput<N>, options);
  }

  /** Says something volatile; dropped without a word while there is no connection. */
  signal<N extends UpName>(name: N, input: UpInput<N>): void {
    this.#voice?.signal(name, input);
  }

  /** A connection is open to everything: says what waited for it, in the order in which it was asked for. */
  open(voice: Voice): void {
    this.#voice = voice;
    for (const call of this.#open) if (call.via === undefined) this.#say(call, voice);
  }

  /** The connection is lost. What had no answer yet is unsaid again. */
  detach(): void {
    this.#voice = undefined;
    for (const call of this.#open) this.#say(call, undefined);
  }

  #say(call: Call, voice: Voice | undefined): void {
    call.via = voice;
    if (!voice) {
      if (call.options.onLoss === 'reject') call.reject(refuse('offline'));
      return;
    }
    voice.ask(call.name, call.input, ({ result, error }) => {
      if (call.via !== voice) return;
      if (error !== undefined) call.reject(error);
      else if (this.#open.has(call)) {
        call.options.heard?.(result as never);
        call.resolve(result as never);
      } else call.options.late?.(result);
    });
  }

  // One timer for all deadlines, wound up while something waits: a command that is answered at once costs none.
  #sweepLater(): void {
    if (this.#sweeping || this.#open.size === 0) return;
    this.#sweeping = true;
    this.#core.later(Math.max(this.#core.timings.ackTimeout / 4, 1), () => {
      this.#sweeping = false;
      const now = this.#core.runtime.now();
      for (const call of this.#open) {
        if (call.deadline <= now) call.reject(refuse(call.via ? 'timeout' : 'offline'));
      }
      this.#sweepLater();
    });
  }
}
