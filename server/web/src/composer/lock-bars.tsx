import type { LockAction, LockState } from '@latchbox/client';
import { AppWindow } from 'lucide-react';
import { clockTime } from '../lib/time-words.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Keyhole } from '../ui/keyhole.tsx';
import { Plate } from '../ui/plate.tsx';
import { Bar } from './bar.tsx';
import { lostWords } from './lost-words.ts';
import { padlock } from './theirs-bar.tsx';
import type { LockActs } from './use-lock-acts.ts';

type Of<S extends LockState['status']> = Extract<LockState, { status: S }>;

interface ElsewhereBarProps {
  lock: Of<'mine-elsewhere'>;
  /** What makes sense now, by the SDK. */
  actions: readonly LockAction[];
  problem: string | undefined;
  onMove: () => void;
}

/** Another tab or device of the same agent has it. */
export function ElsewhereBar({ lock, actions, problem, onMove }: ElsewhereBarProps) {
  return (
    <Bar
      look="lost"
      plate={
        <Plate look="outline">
          <Icon of={AppWindow} size={16} />
        </Plate>
      }
      title="You are replying in another tab"
      rest={`Since ${clockTime(lock.since)}, in ${lock.device}.`}
      problem={problem}
    >
      {actions.includes('moveHere') ? (
        <Button size="small" onClick={onMove}>
          Move it here
        </Button>
      ) : null}
    </Bar>
  );
}

interface LostBarProps {
  lock: Of<'lost'>;
  /** What makes sense now, by the SDK. */
  actions: readonly LockAction[];
  hasText: boolean;
  problem: string | undefined;
  acts: LockActs;
  onTakeBack: () => void;
}

/** The lock was mine and is not any more: why, and the way back. */
export function LostBar({ lock, actions, hasText, problem, acts, onTakeBack }: LostBarProps) {
  const { title, rest } = lostWords(lock, hasText);
  const free = lock.now === 'free';
  return (
    <Bar
      look="lost"
      plate={
        free ? (
          <Plate look="outline">
            <Keyhole size={19} />
          </Plate>
        ) : (
          padlock
        )
      }
      title={title}
      rest={rest}
      problem={problem ?? acts.problem}
    >
      {actions.includes('acquire') ? (
        <Button size="small" onClick={onTakeBack}>
          Take it back
        </Button>
      ) : null}
      {actions.includes('join') ? (
        <Button size="small" onClick={() => void acts.run((held) => Promise.resolve(held.join()))}>
          Tell me when it’s free
        </Button>
      ) : null}
      {actions.includes('ask') ? (
        <Button size="small" onClick={() => void acts.run((held) => held.ask())}>
          Ask for it
        </Button>
      ) : null}
    </Bar>
  );
}
