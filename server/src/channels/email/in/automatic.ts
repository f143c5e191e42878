import type { MailHeaders } from './headers.ts';

const MACHINE_HEADERS = [
  'x-autoreply',
  'x-autorespond',
  'x-autoresponse',
  'x-autoresponder',
  'x-autoreply-from',
  'x-auto-reply-from',
  'x-mail-autoreply',
  'x-auto-response',
  'auto-response',
  'x-failed-recipients',
  'x-loop',
  'feedback-id',
];
const LIST_HEADERS = ['list-id', 'list-unsubscribe', 'list-post', 'x-mailman-version', 'x-beenthere'];
const REPORTS = /^(multipart\/report|message\/(delivery-status|disposition-notification|feedback-report))$/;
const MACHINES = /^(mailer-daemon|postmaster|(no|do-?not|donot)[-_.]?reply|noreply|bounces?)([-_+.=].*)?$/i;

export interface AutomaticFacts {
  readonly headers: MailHeaders;
  /** Media type of the whole mail. */
  readonly type: string;
  /** MAIL FROM of the envelope; empty for `<>`; undefined where it is not known (an imported file). */
  readonly sender: string | undefined;
  /** Address of From; empty when there is none. */
  readonly from: string;
}

/**
 * Whether a machine wrote this mail (RFC 3834, and what mail programs do instead of it). Such a mail is shown, but reopens
 * nothing, makes nothing unread and is never answered by a machine of ours. Subjects never decide. Nor does
 * X-Auto-Response-Suppress: Exchange puts it on mail of people too.
 */
export function isAutomatic({ headers, type, sender, from }: AutomaticFacts): boolean {
  const submitted = headers
    .all('auto-submitted')[0]
    ?.replace(/[;(].*$/s, '')
    .trim()
    .toLowerCase();
  if (submitted !== undefined && submitted !== '' && submitted !== 'no') return true;
  if (sender === '' || /^<\s*>$/.test(headers.all('return-path')[0]?.trim() ?? '')) return true;
  if (REPORTS.test(type)) return true;
  if (MACHINE_HEADERS.some((name) => headers.has(name))) return true;
  if (MACHINES.test(from.slice(0, Math.max(0, from.lastIndexOf('@'))))) return true;
  return isList(headers);
}

/** Whether a mail, of a person too, asks machines not to answer it (Exchange's header). */
export function asksForNoAnswer(headers: MailHeaders): boolean {
  const asked = headers.all('x-auto-response-suppress').flatMap((value) => value.toLowerCase().split(','));
  return asked.some((kind) => ['all', 'oof', 'autoreply'].includes(kind.trim()));
}

/** A mail that a list passed on. One of a group that names who wrote it (Google Groups) is a person's: see `contactOf`. */
function isList(headers: MailHeaders): boolean {
  const precedence = headers.all('precedence')[0]?.trim().toLowerCase() ?? '';
  if (/^(bulk|junk|auto_reply)$/.test(precedence)) return true;
  const list = precedence === 'list' || LIST_HEADERS.some((name) => headers.has(name));
  return list && originalSender(headers) === undefined;
}

/** Who wrote a mail that came through a group address. */
export function originalSender(headers: MailHeaders): { name: string; address: string } | undefined {
  return headers.addresses('x-original-from')[0] ?? headers.addresses('x-original-sender')[0];
}
