import type { ChannelName } from '@latchbox/shared';
import { z } from 'zod';
import { readPhone } from '../lib/phone.ts';

const Mail = z.email().max(320);

/** An address as it is stored, numbers without a country code in `country`; undefined for what cannot be one. */
export function readAddress(
  channel: Exclude<ChannelName, 'simulator'>,
  text: string,
  country = 'US',
): string | undefined {
  const address = text.trim();
  if (channel === 'sms') return readPhone(address, country)?.e164;
  const lower = address.toLowerCase();
  return Mail.safeParse(lower).success ? lower : undefined;
}
