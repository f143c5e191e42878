import type { LatchboxClient } from '../client.ts';
import type { RequestOptions } from '../rest-types.ts';

/** What of a client these functions need. */
export type Asks = Pick<LatchboxClient, 'request'>;

type Schema<K extends 'input' | 'output'> = { readonly _zod: { readonly [Side in K]: unknown } };

/** What a route answers. */
export type Answer<R extends { readonly response: Schema<'output'> }> = R['response']['_zod']['output'];
/** What is sent to a route. */
export type Body<R extends { readonly body: Schema<'input'> }> = R['body']['_zod']['input'];
/** What a list is narrowed by. */
export type Query<R extends { readonly query: Schema<'input'> }> = R['query']['_zod']['input'];

/** A query as the client takes it. */
export function asked(values: object): NonNullable<RequestOptions['query']> {
  return values as NonNullable<RequestOptions['query']>;
}
