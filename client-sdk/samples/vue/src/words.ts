import type {
  AnyLatchboxError,
  ComposerAffordances,
  Entry,
  LockAction,
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
  access_lost: 'you may no longer reply here',
};

/** What can be done about a lock, but for "stay", which has a bar of its own. */
export const BUTTONS: Record<Exclude<LockAction, 'stay'>, string> = {
  release: 'Give it back',
  moveHere: 'Move it here',
  acquire: 'Take it back',
  dismiss: 'OK',
  join: 'Tell me when it is free',
  leaveLine: 'Not any more',
  ask: 'Ask for it',
  takeOver: 'Take over',
  acceptOffer: 'Take it',
};

/** What stands above the composer; nothing where there is nothing to say. */
export function barWords(lock: LockState, banner: ComposerAffordances['banner']): string {
  if (banner === 'checking') return 'Checking who is replying…';
  if (banner === 'reconnecting') return 'Reconnecting… What you send now waits.';
  switch (lock.status) {
    case 'mine':
      if (banner === 'still-working') return '';
      if (lock.asks[0]) return `${lock.asks[0].from.name} asks for this conversation; typing on keeps it`;
      return `Yours since ${clock(lock.since)}`;
    case 'mine-elsewhere':
      return `You are replying on ${lock.device}`;
    case 'theirs':
      if (lock.idle.phase === 'asked') return `${lock.holder.name} is replying, but may be away`;
      return `${lock.holder.name} is replying since ${clock(lock.since)}`;
    case 'reserved':
      return `Offered to ${lock.for.name}`;
    case 'offered':
      return lock.from ? `${lock.from.name} hands it over to you` : 'It is your turn';
    case 'lost': {
      if (lock.by) return `${lock.by.name} took this over. Your text is kept. ${lock.note}`;
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
