import type { LockState, Viewer } from '@latchbox/client';
import { AppWindow, Clock, Lock } from 'lucide-react';
import { inLine } from '../lib/place-words.ts';
import { firstName } from '../lib/people.ts';
import { Avatar, ReplyingCapsule } from '../ui/avatar.tsx';
import { Countdown } from '../ui/countdown.tsx';
import { Icon } from '../ui/icon.tsx';
import { Keyhole } from '../ui/keyhole.tsx';
import { Tip } from '../ui/tip.tsx';

interface BadgeProps {
  lock: LockState;
  /** Colleagues who have it open. */
  viewers: readonly Viewer[];
}

/** The corner of a row: who holds the lock, or who has the conversation open. What cannot be known is not shown. */
export function RowBadge({ lock, viewers }: BadgeProps) {
  switch (lock.status) {
    case 'mine':
      return <Mine lock={lock} />;
    case 'mine-elsewhere':
      return (
        <span className="badge badge-mine">
          <Icon of={AppWindow} size={15} />
          Other tab
        </span>
      );
    case 'theirs':
      return <Theirs lock={lock} />;
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
    case 'offered':
      return (
        <span className="badge badge-mine">
          <Keyhole size={15} />
          Your turn
        </span>
      );
    case 'reserved':
      return (
        <span className="badge">
          <Icon of={Clock} size={13} />
          <Avatar who={lock.for} size={20} />
        </span>
      );
    case 'free':
    case 'requesting':
      return <Viewing viewers={viewers} />;
  }
}

type Of<S extends LockState['status']> = Extract<LockState, { status: S }>;

function Mine({ lock }: { lock: Of<'mine'> }) {
  const asked = lock.idle.phase === 'asked';
  const wanted = asked || lock.asks.length > 0;
  return (
    <span className={`badge ${wanted ? 'badge-idle' : 'badge-mine'}`}>
      <Keyhole size={15} />
      {asked ? 'Still there?' : wanted ? 'Asked for' : 'You'}
    </span>
  );
}

function Theirs({ lock }: { lock: Of<'theirs'> }) {
  return (
    <span className="badge">
      {lock.idle.phase === 'asked' ? <Soon until={lock.idle.deadline} /> : null}
      <Icon of={Lock} size={14} className="badge-lock" />
      <ReplyingCapsule who={lock.holder} />
      {lock.queue.length === 0 ? null : (
        <Tip words={inLine(lock) ?? ''}>
          <em>+{lock.queue.length}</em>
        </Tip>
      )}
    </span>
  );
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
      if (lock.idle.phase === 'asked') return 'You were asked whether you are still working';
      return lock.asks[0] === undefined
        ? 'You are replying'
        : `${firstName(lock.asks[0].from.name)} asks you for it`;
    case 'mine-elsewhere':
      return 'You are replying in another tab';
    case 'theirs': {
      const replying = `${firstName(lock.holder.name)} is replying`;
      const soon = lock.idle.phase === 'asked' ? ', may be free soon' : '';
      const line = inLine(lock);
      return line === null ? replying + soon : `${replying}${soon}. ${line}`;
    }
    case 'lost':
      return lock.now === 'free'
        ? 'You lost it, it is free'
        : `${firstName(lock.now.holder.name)} is replying`;
    case 'unknown':
      return '';
    case 'offered':
      return 'Offered to you';
    case 'reserved':
      return `Offered to ${firstName(lock.for.name)}`;
    case 'free':
    case 'requesting':
      return viewers.map(({ person }) => `${firstName(person.name)} has it open`).join(', ');
  }
}
