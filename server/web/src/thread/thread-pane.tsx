import './thread.css';
import type { Conversation, ConversationSnapshot, InboxSummary, LockPeriod } from '@latchbox/client';
import { lazy, type RefObject, Suspense } from 'react';
import { useClient } from '../app/client.ts';
import { Composer } from '../composer/composer.tsx';
import { forwardingOf } from '../forward/forwarding.ts';
import { errorWords } from '../lib/error-words.ts';
import { useDelayed } from '../lib/use-delayed.ts';
import { useReadable } from '../lib/use-readable.ts';
import { ScheduledHere } from '../scheduled/scheduled-here.tsx';
import { Blank } from '../ui/blank.tsx';
import { Messages } from './messages.tsx';
import { ThreadHead } from './thread-head.tsx';
import { ThreadSkeleton } from './thread-skeleton.tsx';
import { useReading } from './use-reading.ts';

const ForwardPanel = lazy(async () => ({
  default: (await import('../forward/forward-panel.tsx')).ForwardPanel,
}));

interface ThreadPaneProps {
  conversation: Conversation;
  snapshot: ConversationSnapshot;
  inbox: InboxSummary | null;
  /** Who held the lock when, newest first; null while that is not known. */
  periods: readonly LockPeriod[] | null;
  heading: RefObject<HTMLHeadingElement | null>;
  detailsShown: boolean;
  onBack: () => void;
  onDetails: () => void;
  onFailed: (error: unknown) => void;
}

/** One conversation: its head, what was said, and the composer. */
export function ThreadPane(props: ThreadPaneProps) {
  const { conversation, snapshot, inbox, periods, heading, detailsShown, onBack, onDetails, onFailed } =
    props;
  const { status, row, entries } = snapshot;
  const empty = entries.length === 0 && status !== 'ready';
  const late = useDelayed(empty && status !== 'gone');
  const reading = useReading(conversation);

  if (status === 'gone') {
    return (
      <main className="thread">
        <Blank picture="keyhole" title="This conversation is not here">
          <p>{errorWords(snapshot.error)}</p>
        </Blank>
      </main>
    );
  }
  return (
    <main className="thread" aria-busy={status === 'loading'} {...reading}>
      <ThreadHead
        conversation={conversation}
        snapshot={snapshot}
        inboxName={inbox?.name ?? ''}
        late={late}
        heading={heading}
        detailsShown={detailsShown}
        onBack={onBack}
        onDetails={onDetails}
        onFailed={onFailed}
      />
      {empty ? (
        <div className="messages">{late ? <ThreadSkeleton /> : null}</div>
      ) : (
        <Messages
          conversation={conversation}
          snapshot={snapshot}
          periods={periods}
          inboxName={inbox?.name ?? ''}
          onFailed={onFailed}
        />
      )}
      {row === null || empty ? null : (
        <ScheduledHere conversation={conversation} newest={row.newestPosition} onFailed={onFailed} />
      )}
      {row === null || inbox === null || empty ? null : (
        <Composer conversation={conversation} row={row} inbox={inbox} onArchived={onBack} />
      )}
      <Passing conversation={conversation} entries={entries} />
    </main>
  );
}

/** What is being passed on to somebody outside, over the thread. */
function Passing({
  conversation,
  entries,
}: { conversation: Conversation } & Pick<ConversationSnapshot, 'entries'>) {
  const forwarding = useReadable(forwardingOf(useClient(), conversation.id));
  if (forwarding === null || !forwarding.open) return null;
  const entry = entries.find(({ position }) => position === forwarding.position);
  if (entry?.kind !== 'message' && entry?.kind !== 'reply') return null;
  return (
    <Suspense>
      <ForwardPanel conversation={conversation} forwarding={forwarding} entry={entry} />
    </Suspense>
  );
}
