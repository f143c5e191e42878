import { type ChannelName, LatchboxError } from '@latchbox/shared';
import { z } from 'zod';

const Mail = z.email().max(320);
/** E.164 as people write it: with spaces, dots, dashes and brackets in it. */
const NUMBER = /^\+[1-9]\d{6,14}$/;
const BETWEEN = /[\s().\-/\u2010-\u2015]+/g;

/**
 * An address of a channel as it is stored and compared: mail addresses and simulated customers in lower case, numbers as
 * `+15551234567`. Throws `invalid` for what cannot be one.
 */
export function addressOn(channel: ChannelName, address: string): string {
  const text = address.trim().toLowerCase();
  switch (channel) {
    case 'email':
      if (!Mail.safeParse(text).success) throw invalid('must be a mail address');
      return text;
    case 'sms': {
      const number = text.replaceAll(BETWEEN, '');
      if (!NUMBER.test(number)) throw invalid('must be a number with its country code, like +15551234567');
      return number;
    }
    case 'simulator':
      if (text === '') throw invalid('must not be empty');
      return text;
  }
}

function invalid(message: string): LatchboxError {
  return new LatchboxError('invalid', { issues: [{ path: 'to.address', message }] });
}
