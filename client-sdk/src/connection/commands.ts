import type { Ack } from '@latchbox/shared/realtime/ack';
import type { UpInput, UpName, UpResult } from '@latchbox/shared/realtime/up/index';
import {
  type AnyLatchboxError,
  fromWireError,
  LatchboxError,
  type WireError,
} from '@latchbox/shared/error-codes';
import { refuse } from '../lib/refuse.ts';
import { type Abortable, waitFor } from '../lib/scope.ts';
import type { Core } from '../core.ts';
import type { Link } from '../transport.ts';

export interface CallOptions extends Abortable {
  /** When the connection is lost before the answer: say it again on the next one (default), or reject with `offline`. */
  readonly onLoss?: 'repeat' | 'reject';
  /** A connection that is not open to everything yet: for what makes it so. */
  readonly via?: Link;
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
  via: Link | undefined;
}

/**
 * The outbox of commands. One command is one emit with an acknowledgement; nothing is emitted unless the connection has
 * been greeted. Every command is made so that it may be repeated, hence a lost connection repeats it, until its deadline.
 */
export class Commands {
  readonly #core: Core;
  readonly #open = new Set<Call>();
  #link: Link | undefined;
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
      this.#say(call, options.via ?? this.#link);
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
    this.#link?.signal(name, input);
  }

  /** A connection is open to everything: says what waited for it, in the order in which it was asked for. */
  open(link: Link): void {
    this.#link = link;
    for (const call of this.#open) if (call.via === undefined) this.#say(call, link);
  }

  /** The connection is lost. What had no answer yet is unsaid again. */
  detach(): void {
    this.#link = undefined;
    for (const call of this.#open) this.#say(call, undefined);
  }

  #say(call: Call, link: Link | undefined): void {
    call.via = link;
    if (link === undefined) {
      if (call.options.onLoss === 'reject') call.reject(refuse('offline'));
      return;
    }
    link.request(call.name, call.input, (ack) => {
      if (call.via !== link) return;
      const { result, error } = readAck(ack);
      if (error !== undefined) call.reject(error);
      else if (this.#open.has(call)) call.resolve(result as never);
      else call.options.late?.(result);
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

/** What an acknowledgement says; one that makes no sense counts as an error of the server. */
export function readAck(ack: unknown): { readonly result?: unknown; readonly error?: AnyLatchboxError } {
  const answer = ack as Partial<Ack<unknown>> | null | undefined;
  if (answer?.ok === true) return { result: answer.result };
  return { error: refusal(answer?.ok === false ? answer.error : undefined) };
}

/** The error that the server tells of. */
export function refusal(error: unknown): AnyLatchboxError {
  const wire = error as Partial<WireError> | undefined;
  return typeof wire?.code === 'string'
    ? fromWireError(wire as WireError)
    : (new LatchboxError('internal', { ref: '' }) as AnyLatchboxError);
}
