import type { ErrorRequestHandler } from 'express';
import { ERRORS, LatchboxError, refuse, toWireError } from '@latchbox/shared';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { createLogBudget } from '../lib/log-budget.ts';

/** Most bytes of a request's body. */
export const MAX_BODY = 102_400;
/** Lines about refusals in a second, beside those that may be somebody trying what is not theirs. */
const MOST_LINES = 100;

interface HttpFailure {
  readonly status?: unknown;
  readonly type?: unknown;
}

const issue = (message: string) => new LatchboxError('invalid', { issues: [{ path: '', message }] });

/** What Express and its parsers throw, in the words of the error table; anything unknown stays unknown. */
function known(error: unknown): LatchboxError | undefined {
  if (LatchboxError.is(error)) return error;
  if (error instanceof URIError) return issue('the address is not well-formed');
  const { status, type } = (typeof error === 'object' && error !== null ? error : {}) as HttpFailure;
  if (status === 413) return new LatchboxError('too_large', { max: MAX_BODY });
  if (type === 'entity.parse.failed') return issue('the body is not JSON');
  if (type === 'request.aborted' || type === 'request.size.invalid') return refuse('aborted');
  if (status === 400 || status === 415) return issue('the body cannot be read');
  return undefined;
}

interface ErrorDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly refused?: ((route: string, code: string) => void) | undefined;
}

/** Answers with a code of the table. What is unknown becomes `internal` and is logged under its reference, never shown. */
export function errorAnswers({ log, clock, refused }: ErrorDeps): ErrorRequestHandler {
  const budget = createLogBudget({ log, clock }, MOST_LINES);
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    const requestId = String(response.locals['requestId']);
    const refusal = known(error) ?? new LatchboxError('internal', { ref: requestId });
    const fields = {
      requestId,
      route: response.locals['route'],
      agentId: response.locals['agentId'],
      code: refusal.code,
    };
    refused?.(typeof fields.route === 'string' ? fields.route : 'unknown', refusal.code);
    if (refusal.code === 'internal') log.error('A request failed', { ...fields, error });
    else if (refusal.code === 'unauthenticated' || refusal.code === 'forbidden')
      log.warn('A request was refused', fields);
    else budget(() => log.info('A request was refused', fields));
    if (LatchboxError.is(refusal, 'rate_limited')) {
      response.setHeader('Retry-After', String(Math.ceil(refusal.details.retryAfterMs / 1_000)));
    }
    if (refusal.code === 'unauthenticated') response.setHeader('WWW-Authenticate', 'Bearer');
    response.status(ERRORS[refusal.code].status).json({ error: toWireError(refusal, requestId) });
  };
}
