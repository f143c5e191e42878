import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Express, type Request, type Response } from 'express';
import type { z } from 'zod';
import { LatchboxError, refuse } from '@latchbox/shared';
import { HTTP, type Route, type RouteName } from '@latchbox/shared/http/index';
import type { VerifiedToken } from '../directory/api.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import {
  authenticate,
  type AuthDeps,
  bearerOf,
  refuseTokensInAddress,
  requireOperator,
} from './authenticate.ts';
import { type Call, type Handlers, RawAnswer } from './call.ts';
import type { RefreshCookie } from './cookies.ts';
import { MAX_BODY } from './errors.ts';
import type { HttpMetrics } from './metrics.ts';
import { validate } from './validate.ts';

export interface MountDeps extends AuthDeps {
  readonly handlers: Handlers;
  readonly cookie: RefreshCookie;
  readonly metrics: HttpMetrics;
  readonly metricsToken: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly checkAnswers: boolean;
  /** Ms after which an answer counts as slow and is logged. */
  readonly slowAfter: number;
  /** Whether this process answers a route at all. */
  readonly mounts: (name: RouteName) => boolean;
}

type AnyHandler = (call: Call<RouteName>) => Promise<unknown>;

/** Puts every route of the contract into the app. */
export function mountRoutes(app: Express, deps: MountDeps): void {
  for (const [name, route] of Object.entries(HTTP) as [RouteName, Route][]) {
    if (!deps.mounts(name)) continue;
    // The table of handlers has the same names: each gets exactly what its own route's schemas made.
    const handler = deps.handlers[name] as unknown as AnyHandler;
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const method = route.method.toLowerCase() as Lowercase<Route['method']>;
    app[method](path, async (request, response) => {
      response.locals['route'] = name;
      measure(deps, name, response);
      await serve(deps, route, handler, request, response);
    });
  }
}

function measure({ clock, metrics, log, slowAfter }: MountDeps, name: RouteName, response: Response): void {
  const start = clock.monotonic();
  response.once('close', () => {
    const took = clock.monotonic() - start;
    metrics.answered(name, response.statusCode, took / 1_000);
    const { requestId, agentId } = response.locals;
    // By the route's name: the address may hold what does not belong into a log.
    const { statusCode: status } = response;
    const fields = { route: name, status, tookMs: Math.round(took), requestId, agentId };
    if (took >= slowAfter) log.warn('A request was slow', fields);
    else log.debug('A request was answered', fields);
  });
}

/** Order: who calls, how often, then what is said. Whoever is nobody learns nothing about what would be valid. */
async function serve(
  deps: MountDeps,
  route: Route,
  handler: AnyHandler,
  request: Request,
  response: Response,
): Promise<void> {
  const search = searchOf(request.url);
  refuseTokensInAddress(search);
  const ip = request.ip ?? '';
  const { verified, secret } = await admit(deps, route, request, response, ip);
  const call = {
    params: validate(route.params, request.params, ''),
    query: validate(route.query, queryOf(search), ''),
    body: validate(route.body, await bodyOf(route, request, response), ''),
    content: route.bytes === undefined ? NO_BYTES : bytesOf(route.bytes, request),
    requestId: String(response.locals['requestId']),
    ip,
    userAgent: request.headers['user-agent'] ?? '',
    verified,
    secret,
    setRefreshCookie: (cookie: Parameters<RefreshCookie['set']>[1]) => deps.cookie.set(response, cookie),
  };
  const answer = await handler(call as unknown as Call<RouteName>);
  if (answer instanceof RawAnswer) await sendRaw(response, answer);
  else send(deps, route, response, answer);
}

/** Never throws, whatever stands in the address. */
function searchOf(url: string): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
}

interface Admitted {
  readonly verified: VerifiedToken | undefined;
  readonly secret: string;
}

async function admit(
  deps: MountDeps,
  route: Route,
  request: Request,
  response: Response,
  ip: string,
): Promise<Admitted> {
  const { limits } = deps;
  if (route.auth === 'token') {
    const verified = await authenticate(deps, request, ip);
    response.locals['agentId'] = verified.agent.id;
    await limits.take(route.rate, verified.agent.id);
    return { verified, secret: '' };
  }
  await limits.take(route.rate, ip);
  switch (route.auth) {
    case 'cookie':
      deps.origins.requireOwnPage(request);
      return { verified: undefined, secret: deps.cookie.read(request) };
    case 'thread':
      return { verified: undefined, secret: bearerOf(request) };
    case 'operator':
      requireOperator(request, deps.metricsToken);
      return { verified: undefined, secret: '' };
    case 'none':
      return { verified: undefined, secret: '' };
  }
}

/** The query, as the schemas want it: a name that is there twice is a list, which none of them takes. */
function queryOf(search: URLSearchParams): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    query[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return query;
}

const readJson = express.json({ limit: MAX_BODY, type: 'application/json', inflate: false });

const unreadable = (message: string) => new LatchboxError('invalid', { issues: [{ path: '', message }] });

async function bodyOf(route: Route, request: Request, response: Response): Promise<unknown> {
  if (request.method === 'GET' || route.bytes !== undefined) return {};
  const charset =
    /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(request.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (!/^utf-?8$/i.test(charset)) throw unreadable('send the body as UTF-8');
  await new Promise<void>((resolve, reject) => {
    readJson(request, response, (error?: unknown) =>
      error === undefined ? resolve() : reject(error as Error),
    );
  });
  const body: unknown = request.body;
  if (body !== undefined) return body;
  if (!route.hasBody) return {};
  throw new LatchboxError('invalid', {
    issues: [{ path: '', message: 'send the body as application/json' }],
  });
}

const NO_BYTES: AsyncIterable<Uint8Array> = Readable.from([]);

/** A body that is a file. What announces itself as too large is refused before it comes. */
function bytesOf(max: number, request: Request): AsyncIterable<Uint8Array> {
  const { headers } = request;
  const plain = headers['content-encoding'] === undefined;
  if (headers['content-type'] !== 'application/octet-stream' || !plain) {
    throw unreadable('send the bytes as application/octet-stream, not compressed');
  }
  if (Number(headers['content-length'] ?? 0) > max) throw new LatchboxError('too_large', { max });
  return chunksOf(request);
}

async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  try {
    // A reader that stops early must leave the connection for the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch (error) {
    // A caller who goes away in the middle of it made no mistake of the server's.
    throw request.destroyed ? refuse('aborted') : error;
  }
}

function send({ checkAnswers }: MountDeps, route: Route, response: Response, answer: unknown): void {
  if (checkAnswers) (route.response as z.ZodType).parse(answer ?? {});
  if (route.status === 204) response.status(204).end();
  else response.status(route.status).json(answer);
}

async function sendRaw(response: Response, { status, headers, type, body }: RawAnswer): Promise<void> {
  response.status(status).set(headers).type(type);
  if (!(body instanceof Readable)) {
    response.send(body);
    return;
  }
  if (response.req.method === 'HEAD') {
    body.destroy();
    response.end();
    return;
  }
  try {
    await pipeline(body, response);
  } catch (error) {
    // Gone in the middle of it: there is nobody to tell.
    if (!response.destroyed) throw error;
  }
}
