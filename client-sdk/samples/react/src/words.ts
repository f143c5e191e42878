import type {
  AnyLatchboxError,
  ComposerAffordances,
  Entry,
  LockEndReason,
  LockState,
  Typist,
} from '@latchbox/client';

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
export const clock = (at: number): string => time.format(at);

const LOST: Partial<Record<LockEndReason, string>> = {
  idle: 'you were idle',
  disconnected: 'your connection was gone for too long',
  switched: 'you opened another conversation',
  moved: 'you moved it to another tab',
  access_lost: 'you may no longer reply here',
};

/** What stands above the composer; nothing where there is nothing to say. */
export function barWords(lock: LockState, banner: ComposerAffordances['banner']): string {
  if (banner === 'checking') return 'Checking who is replying…';
  if (banner === 'reconnecting') return 'Reconnecting… What you send now waits.';
  switch (lock.status) {
    case 'mine':
      return banner === 'still-working' ? '' : `Yours since ${clock(lock.since)}`;
    case 'mine-elsewhere':
      return `You are replying on ${lock.device}`;
    case 'theirs':
      if (lock.idle.phase === 'asked') return `${lock.holder.name} is replying, but may be away`;
      return `${lock.holder.name} is replying since ${clock(lock.since)}`;
    case 'reserved':
      return `Offered to ${lock.for.name}`;
    case 'lost': {
      const next = lock.now === 'free' ? 'Nobody else has started.' : `${lock.now.holder.name} is replying.`;
      return `Released: ${LOST[lock.reason] ?? 'it ended'}. Your text is kept. ${next}`;
    }
    case 'unknown':
    case 'free':
    case 'requesting':
      return '';
  }
}

export function typingWords(typists: readonly Typist[]): string {
  return typists.map(({ person, kind }) => `${person.name} is writing a ${kind}…`).join(' ');
}

export function errorWords(error: AnyLatchboxError): string {
  if (error.code === 'thread_moved_on') return 'something new came in. Read it first.';
  if (error.code === 'lock_lost' || error.code === 'lock_held') return 'a colleague has this conversation.';
  return error.message;
}

export function activityWords({ author, what }: Extract<Entry, { kind: 'activity' }>): string {
  const who = author?.name ?? 'The system';
  if (what.type === 'status') return `${who} set this to ${what.to}`;
  return what.to === null ? `${who} unassigned this` : `${who} assigned this to ${what.to.name}`;
}
