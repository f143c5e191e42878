import type { Delivery } from '@latchbox/client';
import { Check, CheckCheck, Clock, TriangleAlert } from 'lucide-react';
import { clockTime } from '../lib/time-words.ts';
import { Icon } from '../ui/icon.tsx';

/** Where a reply is on its way to the customer. */
export function DeliveryState({ delivery }: { delivery: Delivery }) {
  switch (delivery.state) {
    case 'queued':
      return (
        <span>
          <Icon of={Clock} size={15} />
          On its way
        </span>
      );
    case 'sent':
      return (
        <span>
          <Icon of={Check} size={15} />
          Sent {clockTime(delivery.at)}
        </span>
      );
    case 'delivered':
      return (
        <span>
          <Icon of={CheckCheck} size={15} />
          Delivered {clockTime(delivery.at)}
        </span>
      );
    case 'failed':
      return (
        <span className="bubble-bad">
          <Icon of={TriangleAlert} size={15} />
          Not delivered: {delivery.reason}
        </span>
      );
    case 'held':
      return (
        <span className="bubble-bad">
          <Icon of={TriangleAlert} size={15} />
          Held back after a restore
        </span>
      );
  }
}
