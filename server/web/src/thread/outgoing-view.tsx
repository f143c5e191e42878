import { LatchboxError, type OutgoingMessage } from '@latchbox/client';
import { Clock, TriangleAlert } from 'lucide-react';
import { errorWords } from '../lib/error-words.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { BodyText } from './body-text.tsx';
import { Bubble } from './bubble.tsx';

interface OutgoingViewProps {
  message: OutgoingMessage;
  connected: boolean;
  inboxName: string;
  onDiscard: () => void;
  onTryAgain: () => void;
}

/** An own reply or note that is not stored yet. */
export function OutgoingView({ message, connected, inboxName, onDiscard, onTryAgain }: OutgoingViewProps) {
  const stopped = message.state === 'failed';
  return (
    <Bubble
      speaker={message.kind === 'note' ? 'note' : 'agent'}
      author={message.author}
      mine
      role={message.kind === 'note' ? 'Note, only your team sees it' : `replied from ${inboxName}`}
      at={message.at}
      look={stopped ? 'stopped' : 'waiting'}
      footer={
        message.state === 'failed' ? (
          <>
            <span className="bubble-bad">
              <Icon of={TriangleAlert} size={15} />
              Not sent. {errorWords(message.error)}
            </span>
            {/* What was new to its author is dealt with at the composer. */}
            {message.kind === 'note' || !LatchboxError.is(message.error, 'thread_moved_on', 'lock_lost') ? (
              <Button size="small" look="quiet" onClick={onTryAgain}>
                Try again
              </Button>
            ) : null}
            <Button size="small" look="quiet" onClick={onDiscard}>
              Discard
            </Button>
          </>
        ) : (
          <span>
            <Icon of={Clock} size={15} />
            {connected ? 'Sending…' : 'Goes out when this thread is current'}
          </span>
        )
      }
    >
      <BodyText body={message.body} folds={undefined} />
    </Bubble>
  );
}
