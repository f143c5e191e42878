import type { LockAction, LockState } from '@latchbox/client';
import { Lock } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useNow } from '../app/use-now.ts';
import { firstName } from '../lib/people.ts';
import { sinceWords } from '../lib/time-words.ts';
import { Button } from '../ui/button.tsx';
import { Countdown } from '../ui/countdown.tsx';
import { Icon } from '../ui/icon.tsx';
import { Plate, Ring } from '../ui/plate.tsx';
import { Bar } from './bar.tsx';
import { NoteForm } from './note-form.tsx';
import { inLine } from '../lib/place-words.ts';
import type { LockActs } from './use-lock-acts.ts';

type Of<S extends LockState['status']> = Extract<LockState, { status: S }>;

export const padlock = (
  <Plate look="peer">
    <Icon of={Lock} size={17} />
  </Plate>
);

interface TheirsBarProps {
  lock: Of<'theirs'>;
  idleGrace: number;
  reconnectGrace: number;
  /** What makes sense now, by the SDK. */
  actions: readonly LockAction[];
  acts: LockActs;
}

/** A colleague holds the lock: who, since when, whether it may come free, and how to come by it. */
export function TheirsBar({ lock, idleGrace, reconnectGrace, actions, acts }: TheirsBarProps) {
  const now = useNow();
  const name = firstName(lock.holder.name);
  const soon = mayBeFree(lock, idleGrace, reconnectGrace);
  return (
    <Bar
      look="theirs"
      plate={soon === null ? padlock : <SoonRing until={soon.until} total={soon.total} />}
      title={`${name} is replying, ${sinceWords(lock.since, now)}`}
      rest={soon === null ? <Rest lock={lock} name={name} /> : <Soon {...soon} />}
      problem={acts.problem}
    >
      <TheirsButtons lock={lock} name={name} actions={actions} acts={acts} />
    </Bar>
  );
}

/** It is free, and a colleague in line has the first word. */
export function ReservedBar({
  lock,
  actions,
  acts,
}: Pick<TheirsBarProps, 'actions' | 'acts'> & { lock: Of<'reserved'> }) {
  return (
    <Bar
      look="theirs"
      plate={padlock}
      title={`Offered to ${firstName(lock.for.name)}`}
      rest={inLine(lock) ?? 'You can still leave a note.'}
      problem={acts.problem}
    >
      <LineButton place={lock.place} actions={actions} acts={acts} />
      {actions.includes('takeOver') ? (
        // Without a word: nobody holds it who would be told.
        <Button size="small" look="quiet" onClick={() => void acts.run((held) => held.takeOver())}>
          Take over
        </Button>
      ) : null}
    </Bar>
  );
}

function Rest({ lock, name }: { lock: Of<'theirs'>; name: string }): ReactNode {
  if (lock.asked !== null) {
    return (
      <>
        <span aria-hidden="true">
          Asked. {name} has <Countdown until={lock.asked.deadline}>{(seconds) => seconds}</Countdown> s to
          answer.
        </span>
        <span className="said">Asked, {name} has not answered yet.</span>
      </>
    );
  }
  if (lock.handOver !== null) return `Offered to ${firstName(lock.handOver.to.name)}.`;
  return inLine(lock) ?? 'You can still leave a note.';
}

type Form = 'none' | 'ask' | 'takeOver';

function TheirsButtons({
  lock,
  name,
  actions,
  acts,
}: Pick<TheirsBarProps, 'lock' | 'actions' | 'acts'> & { name: string }) {
  const [form, setForm] = useState<Form>('none');
  if (form !== 'none' && actions.includes(form)) {
    const asks = form === 'ask';
    return (
      <NoteForm
        label={asks ? `A word to ${name} (optional)` : `Tell ${name} why (optional)`}
        action={asks ? 'Ask' : `Take it from ${name}`}
        onCancel={() => setForm('none')}
        onSend={(note) => {
          setForm('none');
          void acts.run((held) => (asks ? held.ask(note) : held.takeOver(note)));
        }}
      />
    );
  }
  return (
    <>
      <LineButton place={lock.place} actions={actions} acts={acts} />
      {actions.includes('ask') ? (
        <Button size="small" onClick={() => setForm('ask')}>
          Ask for it
        </Button>
      ) : null}
      {actions.includes('takeOver') ? (
        <Button size="small" look="quiet" onClick={() => setForm('takeOver')}>
          Take over
        </Button>
      ) : null}
    </>
  );
}

/** Into the line, or out of it; out of it takes back what was asked, too. */
function LineButton({
  place,
  actions,
  acts,
}: Pick<TheirsBarProps, 'actions' | 'acts'> & { place: number | null }) {
  return (
    <>
      {actions.includes('join') ? (
        <Button size="small" onClick={() => void acts.run((lock) => Promise.resolve(lock.join()))}>
          Tell me when it’s free
        </Button>
      ) : null}
      {actions.includes('leaveLine') ? (
        <Button size="small" look="quiet" onClick={() => void acts.run((lock) => lock.leaveLine())}>
          {place === null ? 'Never mind' : 'Leave the line'}
        </Button>
      ) : null}
    </>
  );
}

interface MayBeFree {
  readonly until: number;
  readonly total: number;
  readonly why: string;
}

function mayBeFree(lock: Of<'theirs'>, idleGrace: number, reconnectGrace: number): MayBeFree | null {
  if (lock.idle.phase === 'asked')
    return { until: lock.idle.deadline, total: idleGrace, why: 'no answer yet.' };
  if (lock.goneUntil === null) return null;
  return { until: lock.goneUntil, total: reconnectGrace, why: 'the connection is gone.' };
}

export function SoonRing({ until, total }: { until: number; total: number }) {
  return <Countdown until={until}>{(seconds) => <Ring seconds={seconds} total={total / 1_000} />}</Countdown>;
}

function Soon({ until, why }: MayBeFree) {
  return (
    <>
      <span aria-hidden="true">
        <em className="bar-soon">
          May be free in <Countdown until={until}>{(seconds) => seconds}</Countdown> s,
        </em>{' '}
        {why}
      </span>
      <span className="said">May be free soon, {why}</span>
    </>
  );
}
