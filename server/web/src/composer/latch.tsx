import type { LockOn, LockState } from '@latchbox/client';
import { Eye } from 'lucide-react';
import { clockTime } from '../lib/time-words.ts';
import { Icon } from '../ui/icon.tsx';
import { Keyhole } from '../ui/keyhole.tsx';

/** The quiet words at the right of the tabs: how the lock stands, or who sees what is written. */
export function Latch({ kind, lock, lockOn }: { kind: 'reply' | 'note'; lock: LockState; lockOn: LockOn }) {
  if (kind === 'note') {
    return (
      <span className="latch latch-note">
        <Icon of={Eye} size={16} />
        Only your team sees notes
      </span>
    );
  }
  const words = latchWords(lock, lockOn);
  if (words === '') return null;
  return (
    <span className={`latch ${lock.status === 'mine' ? 'latch-mine' : ''}`}>
      <Keyhole size={16} />
      {words}
    </span>
  );
}

function latchWords(lock: LockState, lockOn: LockOn): string {
  switch (lock.status) {
    case 'free':
      return lockOn === 'compose' ? 'Free, typing takes it' : 'Free';
    case 'requesting':
      return 'Taking it…';
    case 'mine':
      return lock.uncertain ? 'Held for you' : `Yours since ${clockTime(lock.since)}`;
    case 'mine-elsewhere':
      return 'Yours, in the other tab';
    case 'lost':
      return lock.now === 'free' ? 'Free' : '';
    case 'unknown':
      return lock.stale ? 'May be free by now' : '';
    case 'offered':
      return 'Yours to take';
    case 'theirs':
    case 'reserved':
      return '';
  }
}
