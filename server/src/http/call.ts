import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Http, HttpResponse, RouteName } from '@latchbox/shared/http/index';
import type { VerifiedToken } from '../directory/api.ts';

/** One call of a route, with everything in it checked. */
export interface Call<N extends RouteName> {
  readonly params: z.output<Http[N]['params']>;
  readonly query: z.output<Http[N]['query']>;
  readonly body: z.output<Http[N]['body']>;
  /** The bytes of a route that takes a file, as they arrive; reading them breaks off when the caller does. */
  readonly content: AsyncIterable<Uint8Array>;
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string;
  /** Who calls; only there on routes with `auth: 'token'`. */
  readonly verified: VerifiedToken;
  /** The secret of the refresh cookie or of the thread, on routes that take one; else empty. */
  readonly secret: string;
  /** Sets the refresh cookie (null: takes it away). */
  readonly setRefreshCookie: (cookie: { readonly value: string; readonly endsAt: number } | null) => void;
}

/** An answer that is not the JSON of the route's response schema. */
export class RawAnswer {
  readonly status: number;
  readonly type: string;
  /** A stream is read to its end, or destroyed when the caller goes. */
  readonly body: string | Buffer | Readable;
  readonly headers: Readonly<Record<string, string>>;

  constructor(answer: {
    status?: number;
    type: string;
    body: string | Buffer | Readable;
    headers?: Readonly<Record<string, string>>;
  }) {
    this.status = answer.status ?? 200;
    this.type = answer.type;
    this.body = answer.body;
    this.headers = answer.headers ?? {};
  }
}

type Answer<N extends RouteName> = HttpResponse<N> extends Record<string, never> ? void : HttpResponse<N>;

type Handler<N extends RouteName> = (call: Call<N>) => Promise<Answer<N> | RawAnswer>;
export type Handlers = { readonly [N in RouteName]: Handler<N> };
