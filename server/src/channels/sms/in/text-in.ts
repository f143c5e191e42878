import type { Fields } from '../rules/signature.ts';

/** A text as the provider brings it. */
export interface TextIn {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly media: readonly { readonly url: string; readonly type: string }[];
  /** What the provider took it for, where it does so (Advanced Opt-Out). */
  readonly optOutType: 'STOP' | 'START' | 'HELP' | undefined;
}

/** The most files that are looked at; the provider takes ten. */
const MAX_MEDIA = 10;
const SID = /^[A-Za-z0-9_-]{1,64}$/;
const OPT_OUT_TYPES = ['STOP', 'START', 'HELP'] as const;

/** Reads the fields of a webhook; undefined when it is no text. Unknown fields are no reason: new ones come without notice. */
export function readTextIn(fields: Fields): TextIn | undefined {
  // The first of several: what is said twice is still signed as a whole.
  const field = (name: string): string => fields.find(([known]) => known === name)?.[1] ?? '';
  const sid = field('MessageSid') || field('SmsSid');
  const [from, to] = [field('From').trim(), field('To').trim()];
  if (!SID.test(sid) || from === '' || to === '' || from.length > 320) return undefined;
  const count = Math.min(MAX_MEDIA, Math.max(0, Number.parseInt(field('NumMedia'), 10) || 0));
  const media = Array.from({ length: count }, (_, nth) => ({
    url: field(`MediaUrl${nth}`),
    type: field(`MediaContentType${nth}`),
  }));
  const type = field('OptOutType').toUpperCase();
  return {
    sid,
    from,
    to,
    body: field('Body'),
    media: media.filter(({ url }) => url !== ''),
    optOutType: OPT_OUT_TYPES.find((known) => known === type),
  };
}

/** What a webhook says about a message of ours; undefined when it is no such news. */
export function readStatus(
  fields: Fields,
): { readonly sid: string; readonly status: string; readonly errorCode: number | null } | undefined {
  const field = (name: string): string => fields.find(([known]) => known === name)?.[1] ?? '';
  const sid = field('MessageSid') || field('SmsSid');
  const status = (field('MessageStatus') || field('SmsStatus')).toLowerCase();
  if (!SID.test(sid) || status === '') return undefined;
  const code = field('ErrorCode');
  return { sid, status, errorCode: /^\d{1,9}$/.test(code) ? Number(code) : null };
}
