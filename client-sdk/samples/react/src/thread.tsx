import type { Conversation, Entry, OutgoingMessage } from '@latchbox/client';
import { useConversation, useReadable } from '@latchbox/client/react';
import { useEffect, useRef } from 'react';
import { Composer } from './composer';
import { activityWords, clock, errorWords } from './words';

export function Thread({ id }: { id: string }) {
  // Opens it in an effect and leaves it on unmounting. Never suspends.
  const conversation = useConversation(id);
  const { status, row, entries, outgoing, hasMore } = useReadable(conversation);
  const viewers = useReadable(conversation.viewers);
  const end = useRef<HTMLLIElement>(null);
  const newest = entries.at(-1)?.position;
  useEffect(() => {
    end.current?.scrollIntoView();
    if (newest !== undefined) conversation.markRead().catch(() => {});
  }, [conversation, newest]);

  if (status === 'gone') return <p className="blank">This conversation is not there (any more).</p>;
  return (
    <section className="thread" aria-label="Thread">
      <header>
        <h2>{row?.subject}</h2>
        <span>{row?.contact.name}</span>
        <small>{viewers.map(({ person }) => person.name).join(', ')}</small>
      </header>
      <ol className="messages" aria-label="Messages">
        {hasMore && (
          <li className="activity">
            <button type="button" onClick={() => void conversation.older()}>
              Older
            </button>
          </li>
        )}
        {entries.map((entry) => (
          <Line key={entry.position} entry={entry} />
        ))}
        {outgoing.map((message) => (
          <OnItsWay key={message.clientId} message={message} conversation={conversation} />
        ))}
        <li ref={end} hidden />
      </ol>
      <Composer conversation={conversation} />
    </section>
  );
}

function Line({ entry }: { entry: Entry }) {
  if (entry.kind === 'activity') return <li className="activity">{activityWords(entry)}</li>;
  return (
    <li className={entry.kind}>
      <small>
        {entry.author.name} {entry.kind === 'note' && '(note)'} <time>{clock(entry.at)}</time>
        {entry.kind === 'reply' && ` · ${entry.delivery.state}`}
      </small>
      <p>{entry.body}</p>
    </li>
  );
}

function OnItsWay({ message, conversation }: { message: OutgoingMessage; conversation: Conversation }) {
  const { clientId, kind, body } = message;
  if (message.state !== 'failed') {
    return (
      <li className={`${kind} sending`}>
        <small>Sending…</small>
        <p>{body}</p>
      </li>
    );
  }
  const { code } = message.error;
  // The text was stopped because something is new. It is on the screen now: whoever presses has seen it.
  const stopped = code === 'thread_moved_on' || code === 'lock_lost';
  const again = () => {
    if (stopped) conversation.sendAnyway(clientId);
    else if (kind === 'reply') conversation.reply({ body, clientId });
    else conversation.note({ body, clientId });
  };
  return (
    <li className="failed">
      <small>Not sent: {errorWords(message.error)}</small>
      <p>{body}</p>
      <button type="button" onClick={again}>
        {stopped ? 'Send anyway' : 'Try again'}
      </button>
      <button type="button" onClick={() => conversation.discard(clientId)}>
        Discard
      </button>
    </li>
  );
}
