import { LatchboxError, type OutgoingMessage } from '@latchbox/client';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useNow } from '../app/use-now.ts';
import { problemWords } from '../lib/error-words.ts';
import { firstName } from '../lib/people.ts';
import { agoWords } from '../lib/time-words.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Plate } from '../ui/plate.tsx';
import { Bar } from './bar.tsx';
import type { BarState } from './bar-state.ts';
import { newsWords } from './news-words.ts';
import type { Stop } from './use-stopped.ts';

type Failed = Extract<OutgoingMessage, { state: 'failed' }>;

interface StoppedBarProps {
  state: Extract<BarState, { message: Failed }>;
  stop: Stop;
  /** The lock is not mine any more: editing begins with taking it back. */
  readOnly: boolean;
  onTakeBack: () => void;
  onWrite: () => void;
}

/** A reply was stopped. Its text is kept, what stopped it is shown above, and the author decides. */
export function StoppedBar({ state, stop, readOnly, onTakeBack, onWrite }: StoppedBarProps) {
  const now = useNow(5_000);
  const { title, rest } = wordsOf(state, now);
  const edit = (): void => {
    if (readOnly) return onTakeBack();
    stop.forget();
    onWrite();
  };
  return (
    <Bar
      look="stopped"
      plate={
        <Plate look="stop">
          <Icon of={TriangleAlert} size={17} />
        </Plate>
      }
      title={title}
      rest={rest}
      problem={stop.problem}
    >
      <Quiet onClick={stop.discard}>Discard</Quiet>
      {state.name === 'moved-on' ? <Quiet onClick={stop.sendAnyway}>Send anyway</Quiet> : null}
      {state.name === 'not-sent' && canRepeat(state.message) ? (
        <Quiet onClick={stop.sendAnyway}>Try again</Quiet>
      ) : null}
      {needsLock(state) ? (
        <Button size="small" onClick={onTakeBack}>
          Take it back
        </Button>
      ) : (
        <Button size="small" onClick={edit}>
          Edit
        </Button>
      )}
    </Bar>
  );
}

function Quiet({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <Button size="small" look="quiet" onClick={onClick}>
      {children}
    </Button>
  );
}

/** Refused for want of the lock: with it, the text can be looked over and sent. */
function needsLock({ message }: StoppedBarProps['state']): boolean {
  return LatchboxError.is(message.error, 'lock_lost', 'lock_required', 'lock_held', 'lock_elsewhere');
}

function canRepeat({ error }: Failed): boolean {
  return error.retry !== 'never' && error.code !== 'lock_held';
}

function wordsOf(state: StoppedBarProps['state'], now: number): { title: string; rest: string } {
  switch (state.name) {
    case 'moved-on': {
      const news = newsWords(state.error.details.entries);
      const several = news !== null && news.count > 1;
      return {
        title: news === null ? 'Something new came in' : `${news.what} ${agoWords(news.at, now)}`,
        rest: `Yours was not sent. Read the new ${several ? `${news.count}` : 'one'} first.`,
      };
    }
    case 'fenced': {
      const { entries, holder } = state.error.details;
      const news = newsWords(entries);
      const rest = 'Yours was not sent. Your text is kept.';
      if (news !== null) return { title: `${news.what} ${agoWords(news.at, now)}`, rest };
      if (holder === undefined) return { title: 'It was no longer yours', rest };
      return { title: `${firstName(holder.name)} is replying now`, rest };
    }
    case 'not-sent': {
      const { error } = state.message;
      if (error.code === 'lock_held' && error.details.holder !== null) {
        return { title: `${firstName(error.details.holder.name)} was faster`, rest: 'Your text is kept.' };
      }
      return { title: 'Not sent', rest: `${problemWords(error)} Your text is kept.` };
    }
  }
}
