import './messages.css';
import '../ui/pill.css';
import type { Conversation, ConversationSnapshot, LockPeriod } from '@latchbox/client';
import { ChevronDown } from 'lucide-react';
import { Fragment, useEffect, useMemo, useRef } from 'react';
import { useClient, useMe } from '../app/client.ts';
import { useNow } from '../app/use-now.ts';
import { freshPositions, stoppedReply } from '../composer/bar-state.ts';
import { preparedOf } from '../composer/prepared-store.ts';
import { dayWords, sameDay } from '../lib/time-words.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { TypingLine } from '../ui/typing.tsx';
import { EntryView } from './entry-view.tsx';
import { factLines } from './fact-lines.ts';
import { lockLines } from './lock-lines.ts';
import { Older } from './older.tsx';
import { OutgoingView } from './outgoing-view.tsx';
import { streamOf } from './stream.ts';
import { FactLineView, LockEndLine } from './system-line.tsx';
import { useReadMark } from './use-read-mark.ts';
import { useStickToEnd } from './use-stick-to-end.ts';

interface MessagesProps {
  conversation: Conversation;
  snapshot: ConversationSnapshot;
  periods: readonly LockPeriod[] | null;
  inboxName: string;
  onFailed: (error: unknown) => void;
}

/** What was said so far, the newest at the bottom. */
export function Messages(props: MessagesProps) {
  const { conversation, snapshot, inboxName } = props;
  const { entries, outgoing, hasMore } = snapshot;
  const scroller = useRef<HTMLElement>(null);
  const stream = useRef<HTMLDivElement>(null);
  const stopped = stoppedReply(outgoing);
  const fresh = useMemo(() => new Set(freshPositions(stopped)), [stopped]);
  const oldest = entries[0]?.position ?? 0;
  const newest = entries.at(-1)?.position ?? 0;
  const ends = useMemo(() => ({ oldest, newest }), [oldest, newest]);
  const { atEnd, seen, toEnd, onScroll } = useStickToEnd(scroller, ends, stream);
  const unseen = entries.filter((entry) => entry.position > seen && entry.kind !== 'activity').length;
  const shown = outgoing.filter(
    (message) => message.state !== 'failed' || !inComposer(conversation, message),
  );

  useReadMark(conversation, snapshot, atEnd);
  // What stopped a send has to be in sight; so has what was just sent from here.
  const sending = shown.length;
  useEffect(() => {
    if (fresh.size > 0 || sending > 0) toEnd();
  }, [fresh, sending, toEnd]);

  return (
    <div className="messages-wrap">
      <section
        className="messages"
        ref={scroller}
        onScroll={onScroll}
        // A scrolling area that takes the focus can be scrolled by keys.
        tabIndex={0}
        aria-label="Messages"
      >
        <div className="messages-stream" ref={stream}>
          {hasMore ? <Older conversation={conversation} /> : null}
          <Said {...props} fresh={fresh} />
          <Unsent conversation={conversation} messages={shown} inboxName={inboxName} />
          <Typists conversation={conversation} />
        </div>
      </section>
      {unseen > 0 && !atEnd ? (
        <button type="button" className="pill messages-news" onClick={toEnd}>
          <Icon of={ChevronDown} size={16} />
          {unseen === 1 ? '1 new message' : `${unseen} new messages`}
        </button>
      ) : null}
    </div>
  );
}

/** The entries, with the ends of locks where they belong among them, and a line where a day begins. */
function Said(props: MessagesProps & { fresh: ReadonlySet<number> }) {
  const { conversation, snapshot, periods, inboxName, fresh, onFailed } = props;
  const me = useMe()?.id;
  const today = useNow(60_000);
  const { entries, hasMore } = snapshot;
  const prepared = useReadable(preparedOf(useClient(), conversation.id));
  const contactName = snapshot.row?.contact.name ?? '';
  const items = useMemo(
    () =>
      streamOf(
        entries,
        lockLines(periods ?? [], me),
        hasMore,
        factLines(entries, prepared?.troubles ?? [], contactName),
      ),
    [entries, periods, me, hasMore, prepared, contactName],
  );
  return items.map((item, at) => {
    const before = items[at - 1];
    const newDay = before === undefined || !sameDay(before.at, item.at);
    return (
      <Fragment key={item.key}>
        {newDay ? <div className="messages-day">{dayWords(item.at, today)}</div> : null}
        {'line' in item ? (
          <LockEndLine line={item.line} />
        ) : 'fact' in item ? (
          <FactLineView fact={item.fact} />
        ) : (
          <EntryView
            conversation={conversation}
            entry={item.entry}
            me={me}
            inboxName={inboxName}
            fresh={fresh.has(item.entry.position)}
            onFailed={onFailed}
          />
        )}
      </Fragment>
    );
  });
}

/** A stopped text is back in the composer, unless something else was written there meanwhile. */
function inComposer(conversation: Conversation, message: { kind: 'reply' | 'note'; body: string }): boolean {
  return conversation.draft(message.kind).getSnapshot().body === message.body;
}

function Unsent(props: {
  conversation: Conversation;
  messages: ConversationSnapshot['outgoing'];
  inboxName: string;
}) {
  const { conversation, messages, inboxName } = props;
  const connected = useReadable(useClient().connection).name === 'connected';
  return messages.map((message) => (
    <OutgoingView
      key={message.clientId}
      message={message}
      connected={connected}
      inboxName={inboxName}
      onDiscard={() => conversation.discard(message.clientId)}
      onTryAgain={() => conversation.sendAnyway(message.clientId)}
    />
  ));
}

/** Changes often, so it renders alone. Its place is kept only while somebody types. */
function Typists({ conversation }: { conversation: Conversation }) {
  const typists = useReadable(conversation.typists);
  const [first] = typists;
  if (first === undefined) return null;
  return (
    <div className="messages-typing">
      <Avatar who={first.person} size={20} />
      <TypingLine typists={typists} />
    </div>
  );
}
