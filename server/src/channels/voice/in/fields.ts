import { readPhone } from '../../../lib/phone.ts';
import type { Fields } from '../../sms/rules/signature.ts';

const SID = /^[A-Za-z0-9_-]{1,64}$/;

/** Of calls and of their legs, as the provider says them. */
export type CallStatus = (typeof STATUSES)[number];
const STATUSES = [
  'queued',
  'initiated',
  'ringing',
  'in-progress',
  'answered',
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
] as const;

/** What a webhook about a call says; unknown fields are no reason: new ones come without notice. */
export interface CallFields {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly status: CallStatus | undefined;
  readonly dialStatus: CallStatus | undefined;
  /** Seconds. */
  readonly dialSeconds: number | undefined;
  readonly bridged: boolean;
  readonly digits: string;
  readonly field: (name: string) => string;
}

export function readCallFields(fields: Fields): CallFields | undefined {
  // The first of several: what is said twice is still signed as a whole.
  const field = (name: string): string => fields.find(([known]) => known === name)?.[1] ?? '';
  const sid = field('CallSid');
  if (!SID.test(sid)) return undefined;
  const status = (name: string) => STATUSES.find((known) => known === field(name).toLowerCase());
  return {
    sid,
    from: addressOf(field('From')),
    to: addressOf(field('To')),
    status: status('CallStatus'),
    dialStatus: status('DialCallStatus'),
    dialSeconds: secondsIn(field('DialCallDuration')),
    bridged: field('DialBridged').toLowerCase() === 'true',
    digits: field('Digits'),
    field,
  };
}

export function secondsIn(text: string): number | undefined {
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** What providers send for a caller who hides the number: words, or a number that spells one. */
const HIDDEN = new Set(['anonymous', '+266696687', '266696687', 'restricted', '+7378742833', 'unknown', '']);
export const HIDDEN_NUMBER = 'hidden';

/** E.164; calls from hidden numbers share one name. */
function addressOf(given: string): string {
  const text = given.trim();
  if (HIDDEN.has(text.toLowerCase())) return HIDDEN_NUMBER;
  return readPhone(text)?.e164 ?? text.slice(0, 320);
}

export const isCallStatus = (text: string): text is CallStatus => STATUSES.some((known) => known === text);
