import { type ReactNode, useEffect } from 'react';
import { Button } from '../ui/button.tsx';
import { useSecondsLeft } from '../ui/countdown.tsx';
import { Keys } from '../ui/keys.tsx';
import { Ring } from '../ui/plate.tsx';
import { Bar } from './bar.tsx';

interface PingBarProps {
  deadline: number;
  /** How long the question stays open, in ms. */
  grace: number;
  hasText: boolean;
  onStay: () => void;
  onLetGo: () => void;
}

const INTERACTIVE = 'a, button, input, select, textarea, summary, [role="button"], [contenteditable="true"]';

/** "Are you still working?": never takes the focus; Enter anywhere, typing, or a button answers it. */
export function PingBar({ deadline, grace, hasText, onStay, onLetGo }: PingBarProps) {
  useEnterAnywhere(onStay);
  return (
    <section aria-label="Are you still working?">
      <PingWords deadline={deadline} grace={grace} hasText={hasText}>
        <Button size="small" look="quiet" onClick={onLetGo}>
          No, let it go
        </Button>
        <Button size="small" look="brass" onClick={onStay}>
          Yes, still here
          <Keys keys={['↵']} />
        </Button>
      </PingWords>
    </section>
  );
}

function PingWords(props: { deadline: number; grace: number; hasText: boolean; children: ReactNode }) {
  const { deadline, grace, hasText, children } = props;
  const seconds = useSecondsLeft(deadline);
  const kept = hasText ? ' Your text is kept.' : '';
  return (
    <>
      <Bar
        look="asked"
        plate={<Ring seconds={seconds} total={grace / 1_000} />}
        title="Are you still working?"
        rest={
          <>
            {/* Counts for the eye only: read aloud every second it would drown everything else. */}
            <span aria-hidden="true">
              Released in {seconds} s if not.<em className="bar-kept">{kept}</em>
            </span>
            <span className="said">
              Without an answer the conversation is released.{kept} Press Enter to keep it.
            </span>
          </>
        }
      >
        {children}
      </Bar>
      <span role="alert" className="said">
        {lastWords(seconds)}
      </span>
    </>
  );
}

/** Said at once, twice: at twenty seconds and at ten. */
function lastWords(seconds: number): string {
  if (seconds > 20) return '';
  return seconds > 10
    ? 'Twenty seconds left to keep this conversation.'
    : 'Ten seconds left to keep this conversation.';
}

/** Enter answers yes wherever the focus is, unless something there has its own use for Enter. */
function useEnterAnywhere(onEnter: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey)
        return;
      if (event.target instanceof Element && event.target.closest(INTERACTIVE) !== null) return;
      event.preventDefault();
      onEnter();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [onEnter]);
}
