/**
 * The one table of errors. The server throws from it, the client narrows by it, REST answers by its status, and the docs
 * print it. Free of dependencies, because it is part of the SDK's size.
 */
import type { Person } from './model/agent.ts';
import type { Entry } from './model/entry.ts';
import type { LockEndReason } from './lock-machine.ts';

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

interface ErrorRow {
  readonly message: string;
  readonly retry: RetryPolicy;
  /** HTTP status over REST. */
  readonly status: number;
}

export const ERRORS: { readonly [C in ErrorCode]: ErrorRow } = {
  unauthenticated: {
    message: 'Sign in first: the token or key is missing, wrong or expired.',
    retry: 'never',
    status: 401,
  },
  forbidden: { message: 'Your role or membership does not allow this.', retry: 'never', status: 403 },
  not_found: {
    message: 'There is no such thing here, or it is not yours to see.',
    retry: 'never',
    status: 404,
  },
  invalid: { message: 'Some fields are not as they must be; see the issues.', retry: 'never', status: 422 },
  unknown_event: { message: 'The server knows no command of this name.', retry: 'never', status: 404 },
  rate_limited: { message: 'Too many requests; wait and try again.', retry: 'later', status: 429 },
  limit: { message: 'A limit is reached; free something first.', retry: 'never', status: 409 },
  too_large: { message: 'This is larger than the server takes.', retry: 'never', status: 413 },
  conflict: { message: 'Somebody changed this in the meantime.', retry: 'never', status: 409 },
  lock_held: { message: 'Somebody else is replying in this conversation.', retry: 'later', status: 409 },
  lock_elsewhere: {
    message: 'You are replying to this conversation in another tab.',
    retry: 'never',
    status: 409,
  },
  lock_required: { message: 'Take the conversation first, then send.', retry: 'never', status: 409 },
  lock_lost: {
    message: 'The conversation is no longer yours; your text was not sent.',
    retry: 'never',
    status: 409,
  },
  thread_moved_on: {
    message: 'Something new came in that you had not seen; your text was not sent.',
    retry: 'never',
    status: 409,
  },
  idempotency_mismatch: {
    message: 'This id was already used for another text.',
    retry: 'never',
    status: 409,
  },
  coordination_unavailable: {
    message: 'Locks cannot be given right now; try again in a moment.',
    retry: 'later',
    status: 503,
  },
  resync: { message: 'Too far behind to replay; load afresh.', retry: 'never', status: 409 },
  slow_consumer: {
    message: 'This connection did not read fast enough and was closed.',
    retry: 'reconnect',
    status: 503,
  },
  client_too_old: {
    message: 'This client is too old for the server; reload or update it.',
    retry: 'never',
    status: 426,
  },
  server_too_old: {
    message: 'This client is newer than the server; update the server.',
    retry: 'never',
    status: 426,
  },
  opted_out: { message: 'This contact does not want to get messages.', retry: 'never', status: 409 },
  not_registered: {
    message: 'The campaign registration of this team is not complete.',
    retry: 'never',
    status: 409,
  },
  not_connected: { message: 'This mailbox or number is not connected.', retry: 'never', status: 409 },
  offline: { message: 'There is no connection to the server.', retry: 'reconnect', status: 503 },
  timeout: { message: 'The server did not answer in time.', retry: 'later', status: 504 },
  aborted: { message: 'The call was given up by its caller.', retry: 'never', status: 499 },
  closed: { message: 'The client was closed.', retry: 'never', status: 499 },
  internal: { message: 'Something went wrong on the server; it was logged.', retry: 'later', status: 500 },
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
    super(
      options.message ?? ERRORS[code].message,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.name = 'LatchboxError';
    this.code = code;
    this.details = details;
    this.retry = ERRORS[code].retry;
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

/** Makes an error of a code that has no details. */
export function refuse(
  code: { [C in ErrorCode]: NoDetails extends ErrorTable[C] ? C : never }[ErrorCode],
): LatchboxError {
  return new LatchboxError(code, {} as never);
}

/** The form in which an error crosses the wire. */
export function toWireError(error: LatchboxError, requestId?: string): WireError {
  const wire = { code: error.code, message: error.message, details: error.details };
  return (requestId === undefined ? wire : { ...wire, requestId }) as WireError;
}

/** The error that a wire form stands for. A code this copy does not know becomes `internal`. */
export function fromWireError(wire: {
  code: string;
  message: string;
  details?: unknown;
  requestId?: string;
}): AnyLatchboxError {
  const known = Object.hasOwn(ERRORS, wire.code);
  const code = known ? (wire.code as ErrorCode) : 'internal';
  const details = known ? (wire.details ?? {}) : { ref: wire.requestId ?? '' };
  return new LatchboxError(code, details as never, { message: wire.message }) as AnyLatchboxError;
}
