/**
 * What a run leaves behind to be judged: the operations of its clients with their times and outcomes, what each client
 * received, the final contents of the database. Recorded here, judged by the checkers, which are pure functions of it.
 */

import {
  type ConversationRow,
  type Entry,
  LatchboxError,
  type StreamEvent,
  type UpInput,
} from '@latchbox/shared';
import type { Dump } from './history-dump.ts';
import type { Observations } from './history-record.ts';

/** `ok` and `fail` are definite. `info`: nobody knows whether it happened (a timeout, a lost connection, a crash). */
export type Outcome = 'ok' | 'fail' | 'info';

/** Who did something: the agent, and by which of its sessions. */
export interface Actor {
  readonly agentId: string;
  readonly sessionId: string;
}

interface Grant {
  readonly fence: number;
}
interface Answer {
  readonly entryId: string;
  readonly position: number;
  readonly seq: number;
  readonly body: string;
  readonly lateSend: boolean;
}

/** What clients do, by name: arguments and result of each. */
export interface Operations {
  acquire: { args: UpInput<'lock.acquire'>; result: Grant };
  move: { args: UpInput<'lock.move'>; result: Grant };
  takeOver: { args: UpInput<'lock.takeOver'>; result: Grant };
  acceptOffer: { args: UpInput<'lock.acceptOffer'>; result: Grant };
  handOver: { args: UpInput<'lock.handOver'>; result: object };
  join: { args: UpInput<'lock.join'>; result: object };
  leaveLine: { args: UpInput<'lock.leaveLine'>; result: object };
  ask: { args: UpInput<'lock.ask'>; result: object };
  answer: { args: UpInput<'lock.answer'>; result: object };
  release: { args: UpInput<'lock.release'>; result: { held: boolean } };
  stay: { args: UpInput<'lock.stay'>; result: object };
  /** REST's renewal of a held lock. */
  renew: { args: { conversationId: string; fence: number }; result: object };
  leave: { args: UpInput<'conversation.leave'>; result: object };
  close: { args: UpInput<'session.close'>; result: object };
  send: { args: UpInput<'reply.send'>; result: Answer };
  /** REST's reply without a held lock. */
  sendOnce: {
    args: { conversationId: string; clientId: string; body: string; lastSeen?: number | undefined };
    result: Answer;
  };
  note: { args: UpInput<'note.add'>; result: { entryId: string } };
}
export type OpName = keyof Operations;

/** One operation. Times in ms of the machine's monotonic clock, which is the same in all processes. */
export type Op<N extends OpName = OpName> = {
  [K in N]: {
    readonly id: number;
    readonly process: string;
    readonly node: string;
    readonly actor: Actor;
    readonly op: K;
    readonly args: Operations[K]['args'];
    readonly tInvoke: number;
    /** When the answer was there; for `info` when waiting for it ended. */
    readonly tReturn: number;
  } & (
    | { readonly outcome: 'ok'; readonly result: Operations[K]['result'] }
    | { readonly outcome: 'fail' | 'info'; readonly code: string; readonly details: unknown }
  );
}[N];
export type OkOp<N extends OpName> = Extract<Op<N>, { outcome: 'ok' }>;

/** What was done to the system, and when. */
export interface Nemesis {
  readonly what: string;
  readonly at: number;
}

/** The events of one stream that one connection of a client got, from its subscription on. */
export interface Delivery {
  readonly client: string;
  readonly sessionId: string;
  readonly agentId: string;
  readonly stream: string;
  readonly logEpoch: string;
  /** Delivery starts after this sequence number. */
  readonly from: number;
  /** Head of the stream when it was subscribed: what comes after it came live, what is before it was replayed. */
  readonly head: number;
  readonly events: readonly { readonly event: StreamEvent; readonly at: number }[];
  /** True while the connection lived to the end of the run: then nothing may be missing at its end. */
  readonly live: boolean;
}

/** A snapshot that a client was given, and up to which event it counts. */
export interface Snapshot {
  readonly client: string;
  readonly stream: string;
  readonly seq: number;
  readonly rows: readonly ConversationRow[];
  /** Threads that were read whole, at the same moment. */
  readonly threads: readonly { readonly conversationId: string; readonly entries: readonly Entry[] }[];
  /** True when `rows` is the whole inbox. */
  readonly complete: boolean;
}

/** Everything that the checkers look at. What only some rigs observe is optional: see `history-record.ts`. */
export interface Run extends Observations {
  readonly ops: readonly Op[];
  readonly nemeses: readonly Nemesis[];
  readonly deliveries: readonly Delivery[];
  readonly snapshots: readonly Snapshot[];
  /** Dumps made during the run, oldest first; the last one is the final one. */
  readonly dumps: readonly [Dump, ...Dump[]];
  /** What to add to a monotonic time to get epoch ms on this machine. */
  readonly wallOffset: number;
}

/** Milliseconds of the machine's monotonic clock: one clock for all processes of a run. */
export function monotonic(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

/** What to add to `monotonic()` to get epoch ms. */
export function wallOffset(): number {
  return Date.now() - monotonic();
}

/** Codes after which nobody knows whether the operation took place. */
const INDEFINITE = new Set(['timeout', 'offline', 'aborted', 'closed', 'internal']);

/** Whether an operation that ended with this error surely did not happen. */
export function outcomeOf(error: unknown): Exclude<Outcome, 'ok'> {
  return LatchboxError.is(error) && !INDEFINITE.has(error.code) ? 'fail' : 'info';
}

interface Start<N extends OpName> {
  readonly process: string;
  readonly node: string;
  readonly actor: Actor;
  readonly op: N;
  readonly args: Operations[N]['args'];
}

/** Writes operations down while they run. Made once a run; histories of several processes are joined by `add`. */
export class History {
  readonly ops: Op[] = [];
  readonly nemeses: Nemesis[] = [];
  #next = 1;

  /** Runs `work`, records it, and passes its result or error on. */
  async record<N extends OpName>(
    start: Start<N>,
    work: () => Promise<Operations[N]['result']>,
  ): Promise<Operations[N]['result']> {
    const id = this.#next;
    this.#next += 1;
    const tInvoke = monotonic();
    try {
      const result = await work();
      this.ops.push({ ...start, id, tInvoke, tReturn: monotonic(), outcome: 'ok', result } as unknown as Op);
      return result;
    } catch (error) {
      const known = LatchboxError.is(error);
      const seen = {
        outcome: outcomeOf(error),
        code: known ? error.code : String(error),
        details: known ? error.details : null,
      };
      this.ops.push({ ...start, ...seen, id, tInvoke, tReturn: monotonic() } as unknown as Op);
      throw error;
    }
  }

  nemesis(what: string): void {
    this.nemeses.push({ what, at: monotonic() });
  }

  /** Takes over what another process recorded. */
  add(ops: readonly Op[]): void {
    for (const op of ops) {
      this.ops.push({ ...op, id: this.#next });
      this.#next += 1;
    }
  }
}
