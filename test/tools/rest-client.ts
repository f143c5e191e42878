/** Calls of the REST contract with `fetch`, typed by the contract itself. */

import { fromWireError, LatchboxError, refuse } from '@latchbox/shared';
import { signIn } from '@latchbox/shared/http/sign-in';
import type { Route } from '@latchbox/shared/http/route';
import type { z } from 'zod';

type AnyRoute = Route<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;

/** What a call brings; parts that the route does not have are left out. */
export interface RestInput<R extends AnyRoute> {
  readonly params?: z.input<R['params']>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: z.input<R['body']>;
}

export interface RestClient {
  /** Calls a route; throws the server's refusal, or `offline` or `timeout` when there is no answer. */
  call<R extends AnyRoute>(route: R, input?: RestInput<R>): Promise<z.output<R['response']>>;
}

function address(url: string, route: AnyRoute, input: RestInput<AnyRoute>): string {
  const params = (input.params ?? {}) as Record<string, string>;
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const query = new URLSearchParams(
    Object.entries(input.query ?? {}).map(([name, value]) => [name, String(value)]),
  );
  return `${url}${path}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

async function answerOf(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') throw refuse('timeout');
    throw new LatchboxError('offline', {}, { cause: error });
  }
}

/** A client of one server for whoever `token` belongs to (an access token or an API key). `timeout` in ms. */
export function restClient(url: string, token: string | null, timeout = 5_000): RestClient {
  return {
    async call(route, input = {}) {
      const headers: Record<string, string> = {};
      if (token !== null) headers.authorization = `Bearer ${token}`;
      if (input.body !== undefined) headers['content-type'] = 'application/json';
      const response = await answerOf(address(url, route, input as RestInput<AnyRoute>), {
        method: route.method,
        headers,
        signal: AbortSignal.timeout(timeout),
        ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      });
      const text = await response.text();
      const json = text === '' ? {} : (JSON.parse(text) as unknown);
      if (!response.ok) throw fromWireError(errorIn(json, response.status));
      return json as never;
    },
  };
}

function errorIn(json: unknown, status: number): { code: string; message: string; details?: unknown } {
  const error = (json as { error?: { code?: unknown; message?: unknown; details?: unknown } } | null)?.error;
  if (typeof error?.code !== 'string')
    return { code: 'internal', message: `HTTP ${status}: ${JSON.stringify(json)}` };
  return { code: error.code, message: String(error.message), details: error.details };
}

/** Signs in over REST where a password is all that it takes. */
export async function signInOver(
  rest: RestClient,
  body: { readonly email: string; readonly password: string },
): Promise<Extract<z.output<(typeof signIn)['response']>, { token: string }>> {
  const answer = await rest.call(signIn, { body });
  if ('step' in answer) throw new Error(`a second factor was asked for: ${answer.needs}`);
  return answer;
}
