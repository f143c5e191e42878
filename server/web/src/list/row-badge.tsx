import type { LockState, Viewer } from '@latchbox/client';
import { AppWindow, Clock, Lock } from 'lucide-react';
import { firstName } from '../lib/people.ts';
import { Avatar, ReplyingCapsule } from '../ui/avatar.tsx';
import { Countdown } from '../ui/countdown.tsx';
import { Icon } from '../ui/icon.tsx';
import { Keyhole } from '../ui/keyhole.tsx';

interface BadgeProps {
  lock: LockState;
  /** Colleagues who have it open. */
  viewers: readonly Viewer[];
}

/** The corner of a row: who holds the lock, or who has the conversation open. What cannot be known is not shown. */
export function RowBadge({ lock, viewers }: BadgeProps) {
  switch (lock.status) {
    case 'mine':
      return lock.idle.phase === 'asked' ? (
        <span className="badge badge-idle">
          <Keyhole size={15} />
          Still there?
        </span>
      ) : (
        <span className="badge badge-mine">
          <Keyhole size={15} />
          You
        </span>
      );
    case 'mine-elsewhere':
      return (
        <span className="badge badge-mine">
          <Icon of={AppWindow} size={15} />
          Other tab
        </span>
      );
    case 'theirs':
      return (
        <span className="badge">
          {lock.idle.phase === 'asked' ? <Soon until={lock.idle.deadline} /> : null}
          <Icon of={Lock} size={14} className="badge-lock" />
          <ReplyingCapsule who={lock.holder} />
        </span>
      );
    case 'lost':
      return lock.now === 'free' ? (
        <span className="badge">
          <Keyhole size={15} />
          Free
        </span>
      ) : (
        <span className="badge">
          <Icon of={Lock} size={14} className="badge-lock" />
          <ReplyingCapsule who={lock.now.holder} />
        </span>
      );
    case 'unknown':
      return null;
    case 'free':
    case 'requesting':
    case 'offered':
    case 'reserved':
      return <Viewing viewers={viewers} />;
  }
}

function Soon({ until }: { until: number }) {
  return (
    <span className="badge badge-idle badge-soon">
      <Icon of={Clock} size={13} />
      <Countdown until={until}>{(seconds) => `${seconds} s`}</Countdown>
    </span>
  );
}

function Viewing({ viewers }: { viewers: readonly Viewer[] }) {
  const [first, ...rest] = viewers;
  if (first === undefined) return null;
  return (
    <span className="badge">
      <Avatar who={first.person} size={20} as={first.availability === 'away' ? 'away' : 'viewing'} />
      {rest.length === 0 ? null : <em>+{rest.length}</em>}
    </span>
  );
}

/** The same in words, for those who do not see the corner. */
export function badgeWords({ lock, viewers }: BadgeProps): string {
  switch (lock.status) {
    case 'mine':
      return lock.idle.phase === 'asked'
        ? 'You were asked whether you are still working'
        : 'You are replying';
    case 'mine-elsewhere':
      return 'You are replying in another tab';
    case 'theirs': {
      const replying = `${firstName(lock.holder.name)} is replying`;
      return lock.idle.phase === 'asked' ? `${replying}, may be free soon` : replying;
    }
    case 'lost':
      return lock.now === 'free'
        ? 'You lost it, it is free'
        : `${firstName(lock.now.holder.name)} is replying`;
    case 'unknown':
      return '';
    case 'free':
    case 'requesting':
    case 'offered':
    case 'reserved':
      return viewers.map(({ person }) => `${firstName(person.name)} has it open`).join(', ');
  }
}
