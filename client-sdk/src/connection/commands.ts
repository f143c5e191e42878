import type { Ack } from '@latchbox/shared/realtime/ack';
import type { UpInput, UpName, UpResult } from '@latchbox/shared/realtime/up/index';
import { fromWireError, LatchboxError } from '@latchbox/shared/error-codes';
import { refuse } from '../lib/refuse.ts';
import { aborted, type Abortable } from '../lib/scope.ts';
import type { Core } from '../core.ts';
import type { Link } from '../transport.ts';

export interface CallOptions extends Abortable {
  /** When the connection is lost before the answer: say it again on the next one (default), or reject with `offline`. */
  readonly onLoss?: 'repeat' | 'reject';
  /** Said before the connection is open to everything: what makes it so. */
  readonly whileGreeting?: boolean;
  /** Gets the result when the caller had given up by then (aborted or timed out). */
  readonly late?: (result: unknown) => void;
}

interface Call {
  readonly name: UpName;
  readonly input: object;
  readonly deadline: number;
  readonly options: CallOptions;
  readonly settle: (outcome: Outcome) => void;
  said: boolean;
}
type Outcome = { readonly result: unknown } | { readonly error: LatchboxError };

/**
 * The outbox of commands. One command is one emit with an acknowledgement; nothing is emitted unless the connection has
 * been greeted. Every command is made so that it may be repeated, hence a lost connection repeats it, until its deadline.
 */
export class Commands {
  readonly #core: Core;
  readonly #open = new Set<Call>();
  #link: Link | undefined;
  #isOpen = false;
  #sweeping = false;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Rejects with the server's refusal, `timeout`, `offline` (it was never said), `aborted` or `closed`. */
  call<N extends UpName>(name: N, input: UpInput<N>, options: CallOptions = {}): Promise<UpResult<N>> {
    const { runtime, scope, timings } = this.#core;
    return new Promise<UpResult<N>>((resolve, reject) => {
      const { signal } = options;
      if (scope.ended || signal?.aborted === true) {
        reject(scope.ended ? refuse('closed') : aborted(signal));
        return;
      }
      const onAbort = (): void => settle({ error: aborted(signal) });
      const settle = (outcome: Outcome): void => {
        if (!this.#open.delete(call)) return;
        signal?.removeEventListener('abort', onAbort);
        if ('error' in outcome) reject(outcome.error);
        else resolve(outcome.result as UpResult<N>);
      };
      const call: Call = {
        name,
        input,
        deadline: runtime.now() + timings.ackTimeout,
        options,
        settle,
        said: false,
      };
      this.#open.add(call);
      signal?.addEventListener('abort', onAbort);
      if (this.#link !== undefined && (this.#isOpen || options.whileGreeting)) this.#say(call, this.#link);
      else if (options.onLoss === 'reject') settle({ error: refuse('offline') });
      this.#sweepLater();
    });
  }

  /** Says something volatile; dropped without a word while there is no connection. */
  signal<N extends UpName>(name: N, input: UpInput<N>): void {
    if (this.#isOpen) this.#link?.signal(name, input);
  }

  /** A connection has been greeted: it may be used for what opens it. */
  attach(link: Link): void {
    this.#link = link;
  }

  /** Says what waited for the connection, in the order in which it was asked for. */
  open(): void {
    this.#isOpen = true;
    for (const call of Array.from(this.#open)) {
      if (!call.said && this.#link !== undefined) this.#say(call, this.#link);
    }
  }

  /** The connection is lost. What had no answer yet is unsaid again. */
  detach(): void {
    this.#link = undefined;
    this.#isOpen = false;
    for (const call of Array.from(this.#open)) {
      call.said = false;
      if (call.options.onLoss === 'reject') call.settle({ error: refuse('offline') });
    }
  }

  end(): void {
    this.#link = undefined;
    for (const call of Array.from(this.#open)) call.settle({ error: refuse('closed') });
  }

  #say(call: Call, link: Link): void {
    call.said = true;
    link.request(call.name, call.input, (ack) => {
      if (this.#link !== link) return;
      const outcome = readAck(ack);
      if (this.#open.has(call)) call.settle(outcome);
      else if ('result' in outcome) call.options.late?.(outcome.result);
    });
  }

  // One timer for all deadlines, wound up while something waits: a command that is answered at once costs none.
  #sweepLater(): void {
    if (this.#sweeping || this.#open.size === 0) return;
    this.#sweeping = true;
    this.#core.later(Math.max(this.#core.timings.ackTimeout / 4, 1), () => {
      this.#sweeping = false;
      const now = this.#core.runtime.now();
      for (const call of Array.from(this.#open)) {
        if (call.deadline <= now) call.settle({ error: refuse(call.said ? 'timeout' : 'offline') });
      }
      this.#sweepLater();
    });
  }
}

/** What an acknowledgement says; one that makes no sense counts as an error of the server. */
export function readAck(ack: unknown): Outcome {
  const answer = ack as Partial<Ack<unknown>> | null | undefined;
  if (answer?.ok === true) return { result: answer.result };
  if (answer?.ok === false && typeof answer.error?.code === 'string')
    return { error: fromWireError(answer.error) };
  return { error: new LatchboxError('internal', { ref: '' }) };
}
