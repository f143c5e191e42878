import type { LockAction, LockAnswer, LockState, Person } from '@latchbox/client';
import { ArrowRightLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { firstName } from '../lib/people.ts';
import { Button } from '../ui/button.tsx';
import { Countdown } from '../ui/countdown.tsx';
import { Icon } from '../ui/icon.tsx';
import { Plate } from '../ui/plate.tsx';
import { Bar } from './bar.tsx';
import { NoteForm } from './note-form.tsx';
import { SoonRing } from './theirs-bar.tsx';
import type { LockActs } from './use-lock-acts.ts';

type Of<S extends LockState['status']> = Extract<LockState, { status: S }>;

const passing = (
  <Plate look="outline">
    <Icon of={ArrowRightLeft} size={16} />
  </Plate>
);

interface OfferedBarProps {
  lock: Of<'offered'>;
  /** How long such an offer stands, in ms. */
  total: number;
  actions: readonly LockAction[];
  acts: LockActs;
  onWrite: () => void;
}

/** Mine to take: my turn in the line, or a colleague hands it over. */
export function OfferedBar({ lock, total, actions, acts, onWrite }: OfferedBarProps) {
  const title =
    lock.from === null ? 'It is your turn' : `${firstName(lock.from.name)} hands this over to you`;
  const take = (): void =>
    void acts.run((held) => held.acceptOffer()).then((got) => (got ? onWrite() : undefined));
  return (
    <Bar
      look="offered"
      plate={<SoonRing until={lock.until} total={total} />}
      title={title}
      rest={<OfferRest lock={lock} />}
      problem={acts.problem}
    >
      {actions.includes('leaveLine') ? (
        <Button size="small" look="quiet" onClick={() => void acts.run((held) => held.leaveLine())}>
          Not now
        </Button>
      ) : null}
      {actions.includes('acceptOffer') ? (
        <Button size="small" look="primary" onClick={take}>
          Take it
        </Button>
      ) : null}
    </Bar>
  );
}

function OfferRest({ lock: { from, note, until } }: { lock: Of<'offered'> }): ReactNode {
  if (note !== '') return `“${note}”`;
  const along = from === null ? '' : ' The draft comes along.';
  return (
    <>
      <span aria-hidden="true">
        Yours for <Countdown until={until}>{(seconds) => seconds}</Countdown> s.{along}
      </span>
      <span className="said">Offered to you for some seconds.{along}</span>
    </>
  );
}

interface AskedForBarProps {
  lock: Of<'mine'>;
  /** How long a holder has to answer, in ms. */
  total: number;
  hasText: boolean;
  answers: readonly LockAnswer[];
  acts: LockActs;
}

/** I hold it, and a colleague asks for it. Typing on keeps it. */
export function AskedForBar({ lock, total, hasText, answers, acts }: AskedForBarProps) {
  const [ask, ...more] = lock.asks;
  if (ask === undefined) return null;
  const name = firstName(ask.from.name);
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const answer = (what: LockAnswer): void => void acts.run((held) => held.answer(ask.id, what));
  return (
    <Bar
      look="ask"
      plate={<SoonRing until={ask.deadline} total={total} />}
      title={`${name} asks for this conversation${others}`}
      rest={ask.note === '' ? 'Typing on keeps it.' : `“${ask.note}”`}
      problem={acts.problem}
    >
      {answers.includes('keep') ? (
        <Button size="small" look="quiet" onClick={() => answer('keep')}>
          Keep
        </Button>
      ) : null}
      {answers.includes('pass') ? (
        <Button size="small" onClick={() => answer('pass')}>
          {hasText ? 'Pass it on, with the draft' : 'Pass it on'}
        </Button>
      ) : null}
    </Bar>
  );
}

/** It was handed over to somebody who is not there: mine until they take it. */
export function HandingOverBar({ lock, acts }: { lock: Of<'mine'>; acts: LockActs }) {
  const { handOver } = lock;
  if (handOver === null) return null;
  return (
    <Bar
      look="lost"
      plate={passing}
      title={`Offered to ${firstName(handOver.to.name)}`}
      rest={
        <span aria-hidden="true">
          Yours until they take it, <Countdown until={handOver.until}>{(seconds) => seconds}</Countdown> s
          left.
        </span>
      }
      problem={acts.problem}
    >
      <Button size="small" onClick={() => void acts.run(() => lock.lock.handOver(null))}>
        Take it back
      </Button>
    </Bar>
  );
}

interface HandOverBarProps {
  to: Person;
  onSend: (note: string) => void;
  onCancel: () => void;
}

/** A colleague was chosen: a word along with it, and it goes. */
export function HandOverBar({ to, onSend, onCancel }: HandOverBarProps) {
  const name = firstName(to.name);
  return (
    <Bar look="lost" plate={passing} title={`Hand over to ${name}`} rest="The draft goes along.">
      <NoteForm
        label={`A word to ${name} (optional)`}
        action="Hand over"
        onSend={onSend}
        onCancel={onCancel}
      />
    </Bar>
  );
}
