import type { Delivery, RecipientDelivery } from '@latchbox/shared';

/** How far the delivery of a reply is, as its row says it. */
export function deliveryOf(row: {
  readonly delivery: Delivery['state'];
  readonly deliveryAt: number | null;
  readonly deliveryReason: string | null;
  /** JSON. */
  readonly deliveryRecipients: string | null;
}): Delivery {
  const { delivery: state, deliveryAt: at } = row;
  const each =
    row.deliveryRecipients === null
      ? {}
      : { recipients: JSON.parse(row.deliveryRecipients) as RecipientDelivery[] };
  if (state === 'held') return { state, ...each };
  if (state === 'queued')
    return { state, ...(row.deliveryReason === null ? {} : { reason: row.deliveryReason }), ...each };
  // What has come to an end has a time; a hole is a broken database, not something to show.
  if (at === null) throw new Error(`A reply is ${state} and nobody knows since when`);
  if (state === 'withdrawn') return { state, at };
  const reason = row.deliveryReason ?? '';
  return state === 'failed' || state === 'delayed' ? { state, at, reason, ...each } : { state, at, ...each };
}
