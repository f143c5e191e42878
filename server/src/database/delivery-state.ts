import type { Delivery } from '@latchbox/shared';

/** How far the delivery of a reply is, as its row says it. */
export function deliveryOf(row: {
  readonly delivery: Delivery['state'];
  readonly deliveryAt: number | null;
  readonly deliveryReason: string | null;
}): Delivery {
  const { delivery: state, deliveryAt: at } = row;
  if (state === 'queued' || state === 'held') return { state };
  // What has come to an end has a time; a hole is a broken database, not something to show.
  if (at === null) throw new Error(`A reply is ${state} and nobody knows since when`);
  return state === 'failed' ? { state, at, reason: row.deliveryReason ?? '' } : { state, at };
}
