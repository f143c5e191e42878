/** What scenario tests say often: wait for a lock's news, name a refusal, hold that something stays as it is. */

import {
  type AnyLatchboxError,
  type DownItem,
  type ErrorCode,
  LatchboxError,
  type StreamEvent,
} from '@latchbox/shared';
import { pause } from './eventually.ts';
import type { HistoryClient } from './history-client.ts';

type Refusal<C extends ErrorCode> = Extract<AnyLatchboxError, { code: C }>;

/** The refusal with which `work` ends; fails when it does not, or with another code. */
export async function refusal<C extends ErrorCode>(code: C, work: Promise<unknown>): Promise<Refusal<C>> {
  let answer: unknown;
  try {
    answer = await work;
  } catch (error) {
    if (LatchboxError.is(error, code)) return error as unknown as Refusal<C>;
    throw new Error(`refused, but not with ${code}: ${String(error)} ${JSON.stringify(error)}`, {
      cause: error,
    });
  }
  throw new Error(`not refused with ${code}, but answered with ${JSON.stringify(answer)}`);
}

/** Looks for `ms` whether `holds` stays true; throws as soon as it is not. For what must not happen. */
export async function staysTrue(
  what: string,
  holds: () => boolean | Promise<boolean>,
  ms: number,
): Promise<void> {
  const end = performance.now() + ms;
  do {
    if (!(await holds()))
      throw new Error(`${what}: no longer true ${Math.round(ms - (end - performance.now()))} ms on`);
    await pause(20);
  } while (performance.now() < end);
}

type EventItem = Extract<DownItem, { t: 'event' }>;
type Data<T extends StreamEvent['data']['type']> = Extract<StreamEvent['data'], { type: T }>;

/** The first event of this type in a conversation that the client was told, and that `is` accepts. */
export async function toldOf<
  T extends 'lock.granted' | 'lock.ended' | 'lock.changed' | 'entry.added' | 'draft.changed',
>(
  client: HistoryClient,
  type: T,
  conversationId: string,
  is: (data: Data<T>) => boolean = () => true,
  withinMs = 5_000,
): Promise<Data<T>> {
  const item = await client.wire.told(
    `${type} in ${conversationId}`,
    (candidate): candidate is EventItem =>
      candidate.t === 'event' &&
      candidate.event.data.type === type &&
      'row' in candidate.event.data &&
      candidate.event.data.row.id === conversationId &&
      is(candidate.event.data as Data<T>),
    withinMs,
  );
  return item.event.data as Data<T>;
}

/** Waits until the client is told that the lock with this fence is over, and why. */
export function toldEnd(
  client: HistoryClient,
  conversationId: string,
  fence: number,
  withinMs?: number,
): Promise<Data<'lock.ended'>> {
  return toldOf(client, 'lock.ended', conversationId, (data) => data.fence === fence, withinMs);
}

/** Hands out the places of an inbox's conversations one after the other, so that tests do not meet. */
export function places(): () => number {
  let next = 0;
  return () => next++;
}
