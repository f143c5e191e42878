/**
 * The one table of errors: `error-codes.ts` with the sentence and the HTTP status of each code. The server throws from it, REST
 * answers by its status, and the docs print it.
 */
import * as codes from './error-codes.ts';
import type { ErrorCode, ErrorTable, NoDetails, RetryPolicy, WireError } from './error-codes.ts';
import { RULES, type Rule } from './rules.ts';

export {
  type AnyLatchboxError,
  type ErrorCode,
  type ErrorTable,
  fromWireError,
  type NoDetails,
  type RetryPolicy,
  type WireError,
} from './error-codes.ts';

interface ErrorText {
  readonly message: string;
  /** HTTP status over REST. */
  readonly status: number;
}

const TEXTS: { readonly [C in ErrorCode]: ErrorText } = {
  unauthenticated: {
    message: 'Sign in first: the token or key is missing, wrong or expired.',
    status: 401,
  },
  forbidden: { message: 'Your role or membership does not allow this.', status: 403 },
  not_found: {
    message: 'There is no such thing here, or it is not yours to see.',
    status: 404,
  },
  invalid: { message: 'Some fields are not as they must be; see the issues.', status: 422 },
  unknown_event: { message: 'The server knows no command of this name.', status: 404 },
  rate_limited: { message: 'Too many requests; wait and try again.', status: 429 },
  limit: { message: 'A limit is reached; free something first.', status: 409 },
  too_large: { message: 'This is larger than the server takes.', status: 413 },
  conflict: { message: 'Somebody changed this in the meantime.', status: 409 },
  lock_held: { message: 'Somebody else is replying in this conversation.', status: 409 },
  lock_elsewhere: {
    message: 'You are replying to this conversation in another tab.',
    status: 409,
  },
  lock_required: { message: 'Take the conversation first, then send.', status: 409 },
  lock_lost: {
    message: 'The conversation is no longer yours; your text was not sent.',
    status: 409,
  },
  thread_moved_on: {
    message: 'Something new came in that you had not seen; your text was not sent.',
    status: 409,
  },
  idempotency_mismatch: {
    message: 'This id was already used for another text.',
    status: 409,
  },
  coordination_unavailable: {
    message: 'Locks cannot be given right now; try again in a moment.',
    status: 503,
  },
  resync: { message: 'Too far behind to replay; load afresh.', status: 409 },
  slow_consumer: {
    message: 'This connection did not read fast enough and was closed.',
    status: 503,
  },
  client_too_old: {
    message: 'This client is too old for the server; reload or update it.',
    status: 426,
  },
  server_too_old: {
    message: 'This client is newer than the server; update the server.',
    status: 426,
  },
  refused: { message: 'A rule of this organisation forbids it; the details name the rule.', status: 409 },
  opted_out: { message: 'This contact does not want to get messages.', status: 409 },
  not_registered: {
    message: 'The campaign registration of this team is not complete.',
    status: 409,
  },
  not_connected: { message: 'This mailbox or number is not connected.', status: 409 },
  offline: { message: 'There is no connection to the server.', status: 503 },
  timeout: { message: 'The server did not answer in time.', status: 504 },
  aborted: { message: 'The call was given up by its caller.', status: 499 },
  closed: { message: 'The client was closed.', status: 499 },
  internal: { message: 'Something went wrong on the server; it was logged.', status: 500 },
};

export const ERRORS = Object.fromEntries(
  Object.entries(TEXTS).map(([code, text]) => [code, { ...text, retry: codes.RETRY[code as ErrorCode] }]),
) as { readonly [C in ErrorCode]: ErrorText & { readonly retry: RetryPolicy } };

/** A refusal with the sentence of its code, unless it brings its own. */
export class LatchboxError<C extends ErrorCode = ErrorCode> extends codes.LatchboxError<C> {
  constructor(
    code: C,
    details: ErrorTable[C],
    options: { message?: string | undefined; cause?: unknown } = {},
  ) {
    super(code, details, { ...options, message: options.message ?? TEXTS[code].message });
  }
}

/** Makes an error of a code that has no details. */
export function refuse(
  code: { [C in ErrorCode]: NoDetails extends ErrorTable[C] ? C : never }[ErrorCode],
): LatchboxError {
  return new LatchboxError(code, {} as never);
}

/** Makes the refusal by a rule, with the sentence of that rule. */
export function refuseBy(rule: Rule): LatchboxError<'refused'> {
  return new LatchboxError('refused', { rule }, { message: RULES[rule] });
}

/** The form in which an error crosses the wire. */
export function toWireError(error: codes.LatchboxError, requestId?: string): WireError {
  const wire = { code: error.code, message: error.message, details: error.details };
  return (requestId === undefined ? wire : { ...wire, requestId }) as WireError;
}
