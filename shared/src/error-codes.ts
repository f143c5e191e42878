/**
 * The codes of errors, what each brings along, and whether trying again makes sense: what the client carries. Sentences and
 * HTTP statuses stand in `errors.ts`. Free of dependencies, because it is part of the SDK's size.
 */
import type { Person } from './model/agent.ts';
import type { Entry } from './model/entry.ts';
import type { LockEndReason } from './lock-machine.ts';
import type { Rule } from './rules.ts';

/** Nothing to add to the code. */
export type NoDetails = Record<never, never>;

export interface ErrorTable {
  unauthenticated: NoDetails;
  forbidden: NoDetails;
  not_found: NoDetails;
  /** One issue a wrong field; `path` as `members.0.email`. */
  invalid: { issues: readonly { path: string; message: string }[] };
  unknown_event: NoDetails;
  rate_limited: { retryAfterMs: number };
  limit: { max: number };
  /** `max` in bytes. */
  too_large: { max: number };
  /** `newer` is what stands there now, where a revision was overtaken. */
  conflict: { revision?: number; body?: string };
  /** `holder` is null while a grant is still being written, or the lock is offered: then the rest says more. */
  lock_held: {
    holder: Person | null;
    since: number | null;
    offeredTo?: Person;
    until?: number;
    retryAfterMs?: number;
  };
  lock_elsewhere: { since: number; device: string };
  lock_required: NoDetails;
  lock_lost: { reason: LockEndReason | 'overtaken'; holder?: Person | undefined; entries: readonly Entry[] };
  /** `newest`: the position that "send anyway" has seen. */
  thread_moved_on: { newest: number; entries: readonly Entry[] };
  idempotency_mismatch: NoDetails;
  coordination_unavailable: NoDetails;
  resync: NoDetails;
  slow_consumer: NoDetails;
  client_too_old: { minimum: number };
  server_too_old: { protocol: number };
  /** A rule of what is administered; `rules.ts` has the sentence of each. */
  refused: { rule: Rule };
  opted_out: NoDetails;
  not_registered: NoDetails;
  not_connected: NoDetails;
  offline: NoDetails;
  timeout: NoDetails;
  aborted: NoDetails;
  closed: NoDetails;
  /** `ref` finds the server's log line. */
  internal: { ref: string };
}
export type ErrorCode = keyof ErrorTable;

/** `never`: the same call fails again. `reconnect`: with the next connection. `later`: after a while. */
export type RetryPolicy = 'never' | 'reconnect' | 'later';

/** What trying again means, by code. Also the list of all codes. */
export const RETRY: { readonly [C in ErrorCode]: RetryPolicy } = {
  unauthenticated: 'never',
  forbidden: 'never',
  not_found: 'never',
  invalid: 'never',
  unknown_event: 'never',
  rate_limited: 'later',
  limit: 'never',
  too_large: 'never',
  conflict: 'never',
  lock_held: 'later',
  lock_elsewhere: 'never',
  lock_required: 'never',
  lock_lost: 'never',
  thread_moved_on: 'never',
  idempotency_mismatch: 'never',
  coordination_unavailable: 'later',
  resync: 'never',
  slow_consumer: 'reconnect',
  client_too_old: 'never',
  server_too_old: 'never',
  refused: 'never',
  opted_out: 'never',
  not_registered: 'never',
  not_connected: 'never',
  offline: 'reconnect',
  timeout: 'later',
  aborted: 'never',
  closed: 'never',
  internal: 'later',
};

/** An error as it crosses the wire, in an acknowledgement, a `goodbye` or a REST answer. */
export type WireError = {
  [C in ErrorCode]: {
    readonly code: C;
    readonly message: string;
    readonly details: ErrorTable[C];
    readonly requestId?: string;
  };
}[ErrorCode];

const BRAND: unique symbol = Symbol.for('latchbox.error') as never;

/** Every refusal of Latchbox: a code of the table, typed details, and whether trying again makes sense. */
export class LatchboxError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly details: ErrorTable[C];
  readonly retry: RetryPolicy;

  constructor(
    code: C,
    details: ErrorTable[C],
    options: { message?: string | undefined; cause?: unknown } = {},
  ) {
    super(options.message ?? code, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'LatchboxError';
    this.code = code;
    this.details = details;
    this.retry = RETRY[code];
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Narrows `error` to the given codes (to any of them when none is given), also across copies of this package. */
  static is<C extends ErrorCode>(
    error: unknown,
    ...codes: readonly C[]
  ): error is { [K in C]: LatchboxError<K> }[C] {
    return (
      typeof error === 'object' &&
      error !== null &&
      BRAND in error &&
      (codes.length === 0 || codes.includes((error as unknown as LatchboxError<C>).code))
    );
  }
}
/** Any error of the table, as a union that `switch (error.code)` narrows. */
export type AnyLatchboxError = { [C in ErrorCode]: LatchboxError<C> }[ErrorCode];

/** The error that a wire form stands for. A code this copy does not know becomes `internal`. */
export function fromWireError(wire: {
  code: string;
  message: string;
  details?: unknown;
  requestId?: string;
}): AnyLatchboxError {
  const known = Object.hasOwn(RETRY, wire.code);
  const code = known ? (wire.code as ErrorCode) : 'internal';
  const details = known ? (wire.details ?? {}) : { ref: wire.requestId ?? '' };
  return new LatchboxError(code, details as never, { message: wire.message }) as AnyLatchboxError;
}
