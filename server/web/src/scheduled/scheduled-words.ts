import type { ErrorCode, ScheduledReply } from '@latchbox/client';
import { codeWords } from '../lib/error-words.ts';
import { comingTime } from '../lib/time-words.ts';

/** When it leaves, or why it did not. */
export function scheduledWords({ state, sendAt, reason }: ScheduledReply, now: number): string {
  if (state === 'stopped') return `Not sent. ${stoppedWords(reason)}`;
  if (reason === 'lock_held') return 'Due. A colleague is replying: it leaves after that.';
  return sendAt <= now ? 'Leaves now' : `Leaves ${comingTime(sendAt, now)}`;
}

/** Why one was not sent. */
export function stoppedWords(reason: string | null): string {
  switch (reason) {
    case null:
      return '';
    case 'thread_moved_on':
      return 'Something new came in that you had not seen.';
    case 'restored':
      return 'The server was restored from a backup: it may have left already.';
    case 'access_lost':
      return 'You could no longer reply in its inbox.';
    default:
      return codeWords(reason as ErrorCode);
  }
}
