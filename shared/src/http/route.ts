import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * What a call must bring. `token`: `Authorization: Bearer …` with an access token, an API key or a token of an embedding
 * application. `cookie`: the refresh cookie, from a page of this deployment. `thread`: the bearer token of one customer's
 * thread. `operator`: the metrics token, or a call from the machine itself. Never in an address: those end up in logs.
 */
export type RouteAuth = 'none' | 'token' | 'cookie' | 'thread' | 'operator';

/** How often one caller may call; the figures stand in the server's settings. */
export type RouteRate = 'public' | 'read' | 'write' | 'lock' | 'unlimited';

const nothing = z.strictObject({});
type Nothing = typeof nothing;

export interface Route<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  readonly method: Method;
  /** With its parameters in braces, `/api/inboxes/{inbox}`. */
  readonly path: string;
  readonly summary: string;
  readonly auth: RouteAuth;
  readonly rate: RouteRate;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** False: the call needs no body, and a body with anything in it is refused. */
  readonly hasBody: boolean;
  /** Most bytes of a body that is no JSON but a file as it is (`application/octet-stream`); undefined where it is JSON. */
  readonly bytes: number | undefined;
  readonly response: R;
  readonly status: 200 | 201 | 204;
  /** Content types other than JSON that the call may answer with. */
  readonly otherTypes: readonly string[];
  /** What it may refuse with, besides `invalid`, `rate_limited`, `internal` and, with a token, `unauthenticated`. */
  readonly errors: readonly ErrorCode[];
}

interface Definition<P, Q, B, R> {
  method: Method;
  path: string;
  summary: string;
  /** Default `token`. */
  auth?: RouteAuth;
  /** Default: `read` for GET, `write` for the rest. */
  rate?: RouteRate;
  params?: P;
  query?: Q;
  body?: B;
  /** Takes a file instead of JSON, of at most so many bytes. */
  bytes?: number;
  response?: R;
  /** Default 200, or 204 where nothing is answered. */
  status?: 200 | 201 | 204;
  otherTypes?: readonly string[];
  errors?: readonly ErrorCode[];
}

/** Keeps the exact schema types of a route. Params, query, body or response that are left out must be empty. */
export function route<
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
  R extends z.ZodType = Nothing,
>(definition: Definition<P, Q, B, R>): Route<P, Q, B, R> {
  const { method, path, summary, params, query, body, response } = definition;
  return {
    method,
    path,
    summary,
    auth: definition.auth ?? 'token',
    rate: definition.rate ?? (method === 'GET' ? 'read' : 'write'),
    // A schema that is left out is `nothing`, which is what its type parameter stands for then.
    params: (params ?? nothing) as P,
    query: (query ?? nothing) as Q,
    body: (body ?? nothing) as B,
    hasBody: body !== undefined || definition.bytes !== undefined,
    bytes: definition.bytes,
    response: (response ?? nothing) as R,
    status: definition.status ?? (response === undefined ? 204 : 200),
    otherTypes: definition.otherTypes ?? [],
    errors: definition.errors ?? [],
  };
}
