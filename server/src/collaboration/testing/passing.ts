/** What the tests of passing on say often. */
import { type EventData, LatchboxError } from '@latchbox/shared';
import { givenAgent } from '../../database/testing/given.ts';
import { conversationRow } from '../../database/rows.ts';
import type { Holder } from '../holder.ts';
import { createWorld, type TestServer, type World, type WorldOptions } from './world.ts';

let request = 0;
/** A new request about the conversation. */
export const take = (w: World) => ({ conversationId: w.conversationId, requestId: `request-${++request}` });
export const here = (w: World) => ({ conversationId: w.conversationId });

export async function refusalOf(work: Promise<unknown>): Promise<LatchboxError> {
  const error: unknown = await work.then(
    (answer) => new Error(`was not refused, but answered ${JSON.stringify(answer)}`),
    (cause: unknown) => cause,
  );
  if (!LatchboxError.is(error)) throw error;
  return error as LatchboxError;
}
export const codeOf = async (work: Promise<unknown>): Promise<string> => (await refusalOf(work)).code;

export const rowOf = (w: World) => conversationRow(w.db.read, w.conversationId);
/** Names of those who wait. */
export const waiting = async (w: World): Promise<string[]> =>
  ((await rowOf(w)).line?.waiting ?? []).map((one) => one.name.split(' ')[0] ?? '');

/** What was told of the lock, short. */
export async function told(w: World): Promise<string[]> {
  return (await w.events()).flatMap((event: EventData) => {
    if (event.type === 'lock.granted') return [`granted ${event.row.lock.fence}`];
    if (event.type === 'lock.ended') return [`ended ${event.fence} ${event.reason}`];
    return event.type === 'lock.changed' ? [event.step] : [];
  });
}

/** The newest event carries the row as it is: a snapshot is the fold of the events. */
export async function lastRowIsTheRow(w: World): Promise<boolean> {
  const last = (await w.events()).findLast((event) => 'row' in event);
  return last !== undefined && 'row' in last && JSON.stringify(last.row) === JSON.stringify(await rowOf(w));
}

export interface Team {
  readonly w: World;
  readonly server: TestServer;
  /** Ben's and Cleo's; the same one without `second`. */
  readonly other: TestServer;
  /** Holds the lock. */
  readonly anna: Holder & { readonly key: string };
  readonly ben: Holder & { readonly key: string };
  readonly cleo: Holder & { readonly key: string };
  readonly fence: number;
}

/** Anna holds the conversation; Ben and Cleo are connected. `second`: they are so to another server. */
export async function team(options: WorldOptions & { readonly second?: boolean } = {}): Promise<Team> {
  const w = await createWorld(options);
  const server = w.server('one');
  const other = options.second === true ? w.server('two') : server;
  const cleo = await givenAgent(w.db, 'Cleo Moss', [w]);
  const anna = await w.join(server, 'anna');
  const ben = await w.join(other, 'ben');
  const third = await w.join(other, cleo);
  const { fence } = await server.locks.acquire(anna, take(w));
  return { w, server, other, anna, ben, cleo: third, fence };
}

export const answer = (w: World, fence: number) => ({
  conversationId: w.conversationId,
  fence,
  lastSeen: 1,
  body: 'It is on its way.',
  clientId: `client-${++request}`,
  then: 'stay' as const,
});
