import { type ErrorCode, LatchboxError } from '@latchbox/client';

/** How long the server has to answer, in ms. */
const TIMEOUT = 15_000;

interface Call {
  readonly body?: object;
  /** Travels as the bearer token. */
  readonly token?: string;
  readonly signal?: AbortSignal | undefined;
  /** Goes on when the page is left meanwhile. */
  readonly keepalive?: boolean;
}

/** Calls the REST API of this deployment. Every failure is a `LatchboxError`: the server's own, `offline` or `timeout`. */
export async function callApi<R>(method: 'GET' | 'POST' | 'PUT', path: string, call: Call = {}): Promise<R> {
  const response = await ask(method, path, call);
  if (response.status === 204) return undefined as R;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as R;
  throw refusal(answer);
}

async function ask(
  method: string,
  path: string,
  { body, token, signal, keepalive = false }: Call,
): Promise<Response> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const timeout = AbortSignal.timeout(TIMEOUT);
  try {
    return await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      keepalive,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw new LatchboxError('aborted', {}, { cause: error });
    if (timeout.aborted) throw new LatchboxError('timeout', {}, { cause: error });
    throw new LatchboxError('offline', {}, { cause: error });
  }
}

/** The error that an answer stands for. One that makes no sense (a proxy's own page) counts as the server's failure. */
export function refusal(answer: unknown): LatchboxError {
  const wire = (answer as { error?: unknown } | undefined)?.error ?? answer;
  const { code, details, requestId } = (wire ?? {}) as {
    code?: ErrorCode;
    details?: object;
    requestId?: string;
  };
  try {
    if (typeof code === 'string') return new LatchboxError(code, (details ?? {}) as never);
  } catch {
    // A code that this copy of the SDK does not know.
  }
  return new LatchboxError('internal', { ref: requestId ?? '' });
}
