import type { Delivery } from '@latchbox/client';

/** How a mail fared, in a word or two. */
export function deliveryWords(delivery: Delivery): { words: string; bad: boolean } {
  switch (delivery.state) {
    case 'queued':
      return { words: delivery.reason === undefined ? 'On its way' : 'Waits', bad: false };
    case 'sent':
      return { words: 'Sent', bad: false };
    case 'delivered':
      return { words: 'Delivered', bad: false };
    case 'delayed':
      return { words: 'Late', bad: true };
    case 'withdrawn':
      return { words: 'Taken back', bad: false };
    case 'failed':
      return { words: 'Not delivered', bad: true };
    case 'held':
      return { words: 'Held back', bad: true };
  }
}
