import { type ChannelName, LatchboxError } from '@latchbox/shared';
import { z } from 'zod';
import { readPhone } from '../../lib/phone.ts';

const Mail = z.email().max(320);
/**
 * An address of a channel as it is stored and compared: mail addresses and simulated customers in lower case, numbers as
 * `+15551234567`, those without a country code in the country of the number that they are texted `from`. Throws `invalid` for what
 * cannot be one.
 */
export function addressOn(channel: ChannelName, address: string, from: string): string {
  const text = address.trim().toLowerCase();
  switch (channel) {
    case 'email':
      if (!Mail.safeParse(text).success) throw invalid('must be a mail address');
      return text;
    case 'sms': {
      const phone = readPhone(address.trim(), readPhone(from)?.country);
      if (phone === undefined) throw invalid('must be a phone number');
      return phone.e164;
    }
    case 'simulator':
      if (text === '') throw invalid('must not be empty');
      return text;
  }
}

function invalid(message: string): LatchboxError {
  return new LatchboxError('invalid', { issues: [{ path: 'to.address', message }] });
}
