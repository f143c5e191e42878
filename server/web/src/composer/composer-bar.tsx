import type { Conversation, InboxTimes } from '@latchbox/client';
import { useCallback } from 'react';
import type { BarState } from './bar-state.ts';
import { ElsewhereBar, LostBar } from './lock-bars.tsx';
import { NetBar } from './net-bar.tsx';
import { AskedForBar, HandingOverBar, OfferedBar } from './passing-bars.tsx';
import { PingBar } from './ping-bar.tsx';
import { StoppedBar } from './stopped-bars.tsx';
import { ReservedBar, TheirsBar } from './theirs-bar.tsx';
import type { LockActs } from './use-lock-acts.ts';
import type { Stop } from './use-stopped.ts';

interface ComposerBarProps {
  state: BarState | null;
  conversation: Conversation;
  times: InboxTimes;
  hasText: boolean;
  /** The reply can not be changed now. */
  readOnly: boolean;
  stop: Stop;
  acts: LockActs;
  /** Puts the caret into the reply, after a button that asked for it. */
  onWrite: () => void;
}

/** What the plate and the bar say in each state. */
export function ComposerBar(props: ComposerBarProps) {
  const { state, conversation, times, hasText, readOnly, stop, acts, onWrite } = props;
  const { lock } = conversation;
  const stay = useCallback(() => lock.stay(), [lock]);
  const thenWrite = (got: Promise<boolean>): void => void got.then((have) => (have ? onWrite() : undefined));
  const takeBack = (): void => thenWrite(stop.takeBack());

  switch (state?.name) {
    case undefined:
      return null;
    case 'still-working':
      return (
        <PingBar
          deadline={state.deadline}
          grace={times.idleGrace}
          hasText={hasText}
          onStay={stay}
          onLetGo={() => void lock.release()}
        />
      );
    case 'moved-on':
    case 'fenced':
    case 'not-sent':
      return (
        <StoppedBar state={state} stop={stop} readOnly={readOnly} onTakeBack={takeBack} onWrite={onWrite} />
      );
    case 'theirs':
    case 'reserved':
    case 'offered':
    case 'asked-for':
    case 'handing-over':
      return <PassingBar state={state} times={times} hasText={hasText} acts={acts} onWrite={onWrite} />;
    case 'elsewhere':
      return (
        <ElsewhereBar
          lock={state.lock}
          problem={acts.problem}
          actions={state.actions}
          onMove={() => thenWrite(acts.run((held) => held.moveHere()))}
        />
      );
    case 'lost':
      return (
        <LostBar
          lock={state.lock}
          actions={state.actions}
          hasText={hasText}
          problem={stop.problem}
          acts={acts}
          onTakeBack={takeBack}
        />
      );
    case 'no-connection':
      return <NetBar sendWaits={state.sendWaits} />;
  }
}

type Passing = Extract<BarState, { name: 'theirs' | 'reserved' | 'offered' | 'asked-for' | 'handing-over' }>;

interface PassingBarProps extends Pick<ComposerBarProps, 'times' | 'hasText' | 'acts' | 'onWrite'> {
  state: Passing;
}

/** Who has it, and how it goes from one to the other. */
function PassingBar({ state, times, hasText, acts, onWrite }: PassingBarProps) {
  switch (state.name) {
    case 'theirs':
      return (
        <TheirsBar
          lock={state.lock}
          idleGrace={times.idleGrace}
          reconnectGrace={times.reconnectGrace}
          actions={state.actions}
          acts={acts}
        />
      );
    case 'reserved':
      return <ReservedBar lock={state.lock} actions={state.actions} acts={acts} />;
    case 'offered':
      return (
        <OfferedBar
          lock={state.lock}
          total={state.lock.from === null ? times.offerTime : times.handOverTime}
          actions={state.actions}
          acts={acts}
          onWrite={onWrite}
        />
      );
    case 'asked-for':
      return (
        <AskedForBar
          lock={state.lock}
          total={times.askGrace}
          hasText={hasText}
          answers={state.answers}
          acts={acts}
        />
      );
    case 'handing-over':
      return <HandingOverBar lock={state.lock} acts={acts} />;
  }
}
