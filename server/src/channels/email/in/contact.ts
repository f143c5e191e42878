import type { MailAddress } from '@latchbox/shared';
import { originalSender } from './automatic.ts';
import type { MailHeaders } from './headers.ts';

export interface Senders {
  /** As From says it; where there is none, the sender of the envelope. */
  readonly from: MailAddress;
  /** Who is answered. */
  readonly contact: MailAddress;
}

/** Who the mail says it is from. */
export function fromOf(headers: MailHeaders, sender: string): MailAddress {
  const from = headers.addresses('from')[0] ?? headers.addresses('sender')[0];
  return from ?? { name: '', address: sender.slice(0, 320) };
}

/**
 * Who a mail is to be answered to. Reply-To beats From only if it is one address, none of ours, and a person's mail: the
 * Reply-To of a machine, or one that points back to us, must not change the customer. A group that names who wrote beats From.
 */
export function contactOf(
  headers: MailHeaders,
  from: MailAddress,
  options: { readonly automatic: boolean; readonly isOwn: (address: string) => boolean },
): MailAddress {
  const group = originalSender(headers);
  const writer = group !== undefined && !options.isOwn(group.address) ? group : from;
  const replyTo = headers.addresses('reply-to');
  const [only] = replyTo;
  if (only === undefined || replyTo.length !== 1 || options.automatic || options.isOwn(only.address)) {
    return named(writer, from);
  }
  return named(only, writer);
}

/** Lower case, as addresses are compared; with some name to show. */
function named({ name, address }: MailAddress, from: MailAddress): MailAddress {
  const lower = address.toLowerCase();
  const same = lower === from.address.toLowerCase();
  const shown = name !== '' ? name : same ? from.name : '';
  return {
    name: shown !== '' ? shown : lower === '' ? 'Unknown sender' : lower.slice(0, 200),
    address: lower,
  };
}
