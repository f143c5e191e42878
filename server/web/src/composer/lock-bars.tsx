import type { LockAction, LockState } from '@latchbox/client';
import { AppWindow, Lock } from 'lucide-react';
import { useNow } from '../app/use-now.ts';
import { firstName } from '../lib/people.ts';
import { clockTime, lasting } from '../lib/time-words.ts';
import { Button } from '../ui/button.tsx';
import { Countdown } from '../ui/countdown.tsx';
import { Icon } from '../ui/icon.tsx';
import { Keyhole } from '../ui/keyhole.tsx';
import { Plate, Ring } from '../ui/plate.tsx';
import { Bar } from './bar.tsx';
import { lostWords } from './lost-words.ts';

type Of<S extends LockState['status']> = Extract<LockState, { status: S }>;

const padlock = (
  <Plate look="peer">
    <Icon of={Lock} size={17} />
  </Plate>
);

/** A colleague holds the lock: who, since when, and whether it may come free. */
export function TheirsBar({
  lock,
  idleGrace,
  reconnectGrace,
}: {
  lock: Of<'theirs'>;
  idleGrace: number;
  reconnectGrace: number;
}) {
  const now = useNow();
  const name = firstName(lock.holder.name);
  const title = `${name} is replying, since ${lasting(lock.since, now)}`;
  const soon =
    lock.idle.phase === 'asked'
      ? { until: lock.idle.deadline, total: idleGrace, why: 'no answer yet.' }
      : lock.goneUntil === null
        ? null
        : { until: lock.goneUntil, total: reconnectGrace, why: 'the connection is gone.' };
  if (soon === null)
    return <Bar look="theirs" plate={padlock} title={title} rest="You can still leave a note." />;
  return (
    <Bar
      look="theirs"
      plate={
        <Countdown until={soon.until}>
          {(seconds) => <Ring seconds={seconds} total={soon.total / 1_000} />}
        </Countdown>
      }
      title={title}
      rest={
        <>
          <span aria-hidden="true">
            <em className="bar-soon">
              May be free in <Countdown until={soon.until}>{(seconds) => seconds}</Countdown> s,
            </em>{' '}
            {soon.why}
          </span>
          <span className="said">May be free soon, {soon.why}</span>
        </>
      }
    />
  );
}

export function ReservedBar({ lock }: { lock: Of<'reserved'> }) {
  return (
    <Bar
      look="theirs"
      plate={padlock}
      title={`Offered to ${firstName(lock.for.name)}`}
      rest="You can still leave a note."
    />
  );
}

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
  onTakeBack: () => void;
  onDismiss: () => void;
}

/** The lock was mine and is not any more: why, and the way back. */
export function LostBar({ lock, actions, hasText, problem, onTakeBack, onDismiss }: LostBarProps) {
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
      problem={problem}
    >
      {actions.includes('acquire') ? (
        <Button size="small" onClick={onTakeBack}>
          Take it back
        </Button>
      ) : null}
      {!free && actions.includes('dismiss') ? (
        <Button size="small" onClick={onDismiss}>
          Leave a note
        </Button>
      ) : null}
    </Bar>
  );
}
