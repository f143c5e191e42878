import { type ErrorCode, LatchboxError } from '@latchbox/client';
import { firstName } from './people.ts';

/** What went wrong, for the person in front of the page: one short sentence, what to do where there is something to do. */
const WORDS: { readonly [C in ErrorCode]: string } = {
  unauthenticated: 'You are signed out. Sign in again to go on.',
  forbidden: 'You may not do this here.',
  not_found: 'This is gone, or it is not yours to see.',
  invalid: 'Something in it is not as it must be.',
  unknown_event: 'This page is newer than the server. Reload in a moment.',
  rate_limited: 'That was too often. Wait a moment, then try again.',
  limit: 'A limit is reached. Let something go first.',
  too_large: 'This is too long to be sent in one piece.',
  conflict: 'Somebody changed this in the meantime.',
  lock_held: 'A colleague is replying.',
  lock_elsewhere: 'You are replying in another tab.',
  lock_required: 'Take the conversation first, then send.',
  lock_lost: 'The conversation is no longer yours. Nothing was sent.',
  thread_moved_on: 'Something new came in. Nothing was sent.',
  idempotency_mismatch: 'This was already sent with another text.',
  coordination_unavailable: 'Nobody can take a conversation right now. Try again in a moment.',
  resync: 'The page was too far behind. It loads afresh.',
  slow_consumer: 'The connection was too slow and was closed.',
  client_too_old: 'This page is too old for the server. Reload it.',
  server_too_old: 'This page is newer than the server. Reload in a moment.',
  refused: 'A rule of your organisation forbids this.',
  opted_out: 'This contact does not want to get messages.',
  not_registered: 'This team’s registration is not complete yet.',
  not_connected: 'This inbox has nothing to send from.',
  offline: 'The server cannot be reached.',
  timeout: 'The server took too long to answer.',
  aborted: 'This was given up.',
  closed: 'This page is signed out.',
  internal: 'The server made a mistake.',
};

export function errorWords(error: unknown): string {
  if (LatchboxError.is(error, 'lock_held') && error.details.holder !== null) {
    return `${firstName(error.details.holder.name)} is replying.`;
  }
  // The server's own sentence: it says which rule.
  if (LatchboxError.is(error, 'refused')) return error.message;
  return LatchboxError.is(error) ? WORDS[error.code as ErrorCode] : 'Something went wrong on this page.';
}

/** The words of a code that stands for itself. */
export function codeWords(code: ErrorCode): string {
  return WORDS[code] ?? 'Something went wrong.';
}

/** As `errorWords`; of fields that are wrong it says what is wrong with the first one. */
export function problemWords(error: unknown): string {
  const [issue] = LatchboxError.is(error, 'invalid') ? error.details.issues : [];
  return issue === undefined ? errorWords(error) : sentence(issue.message);
}

/** "must be a mail address" as a sentence. */
export function sentence(message: string): string {
  const text = message.startsWith('must ') ? `It ${message}` : message;
  const begun = text.charAt(0).toLocaleUpperCase('en') + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** What finds the failure in the server's log, where there is something. */
export function errorReference(error: unknown): string | null {
  return LatchboxError.is(error, 'internal') && error.details.ref !== '' ? error.details.ref : null;
}
