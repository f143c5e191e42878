import { addressWithin } from './bounce-text.ts';
import type { ReadMail } from './read-mail.ts';

/** Somebody told their provider that a mail of ours is unwanted (ARF, RFC 5965). */
export interface Complaint {
  /** `abuse`, `fraud`, `opt-out` … */
  readonly type: string;
  /** Who was written to, in lower case; empty where the provider does not say. */
  readonly addresses: readonly string[];
}

const REPORT = /^message\/feedback-report$/;
const ORIGINAL = /^(?:message\/(?:rfc822|rfc822-headers|global)|text\/rfc822-headers)$/;
/** Kinds that complain; others say the contrary (`not-spam`) or are about domains (`auth-failure`, `dmarc`). */
const COMPLAINTS: ReadonlySet<string> = new Set([
  'abuse',
  'fraud',
  'virus',
  'miscategorized',
  'opt-out',
  'other',
]);
const PART_WITHIN = 64 * 1_024;
const MOST = 100;

/** The complaint that a mail is; undefined for any other mail. */
export function readComplaint(mail: ReadMail): Complaint | undefined {
  const report = mail.files.find(({ type }) => REPORT.test(type));
  if (report === undefined) return byHotmail(mail);
  const text = start(report.bytes).replaceAll(/\r?\n[ \t]+/g, ' ');
  const values = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}:[ \\t]*(.*)$`, 'gim'))].map(([, value = '']) => value.trim());
  const type = values('feedback-type')[0]?.toLowerCase() ?? '';
  if (!COMPLAINTS.has(type)) return undefined;
  const named = ['original-rcpt-to', 'removal-recipient']
    .flatMap(values)
    .flatMap((value) => addressWithin(value) ?? []);
  return { type, addresses: [...new Set(named)].slice(0, MOST) };
}

/** Hotmail's programme sends the mail back as it was, without a report. */
function byHotmail(mail: ReadMail): Complaint | undefined {
  if (!/^complaint about message/i.test(mail.subject)) return undefined;
  const original = mail.files.find(({ type }) => ORIGINAL.test(type));
  if (original === undefined) return undefined;
  const [, to = ''] = /^(?:x-hmxmroriginalrecipient|to):[ \t]*(.*)$/im.exec(start(original.bytes)) ?? [];
  const address = addressWithin(to);
  return { type: 'abuse', addresses: address === undefined ? [] : [address] };
}

function start(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, PART_WITHIN)).toString('latin1');
}
