import { type FormEvent, useEffect, useRef, useState } from 'react';
import { errorWords } from '../lib/error-words.ts';
import { clockTime, fullTime } from '../lib/time-words.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { TextArea } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { NotSent } from './not-sent.tsx';
import { customer, type OwnThread } from './own-threads.ts';
import type { ThreadMessage } from './simulator-api.ts';
import { useThread } from './use-thread.ts';
import { useWriting } from './use-writing.ts';

/** One conversation as the customer sees it: what was written, what came back, and a field to go on. */
export function CustomerThread({ thread }: { thread: OwnThread }) {
  const { messages, error, refresh } = useThread(thread.token);
  const end = useRef<HTMLDivElement>(null);
  const count = messages?.length ?? 0;
  useEffect(() => {
    end.current?.scrollTo({ top: end.current.scrollHeight });
  }, [count]);

  return (
    <>
      <header className="customer-head">
        <h1 className="cut">{thread.subject}</h1>
        <p className="hint">With {thread.inboxName}</p>
      </header>
      <div className="customer-scroll" ref={end}>
        <div className="customer-stream" role="log" aria-label="Messages">
          {messages?.map((message) => (
            <Message key={message.id} message={message} />
          ))}
          {error === undefined ? null : <Notice tone="stop">{errorWords(error)} Trying again.</Notice>}
        </div>
      </div>
      <Answer thread={thread} onSent={refresh} />
    </>
  );
}

function Message({ message }: { message: ThreadMessage }) {
  const mine = message.from === 'customer';
  return (
    <article
      className={`customer-message ${mine ? 'customer-self' : 'customer-team'}`}
      aria-label={mine ? `Message from ${message.author}` : `Reply from ${message.author}`}
    >
      {mine ? null : <Avatar who={{ id: message.author, name: message.author }} />}
      <div className="customer-bubble">
        <header>
          <b>{mine ? 'You' : message.author}</b>
          <time dateTime={new Date(message.at).toISOString()} title={fullTime(message.at)}>
            {clockTime(message.at)}
          </time>
        </header>
        <p>{message.body}</p>
      </div>
      {mine ? <Avatar who={{ id: message.author, name: message.author }} as="contact" /> : null}
    </article>
  );
}

function Answer({ thread, onSent }: { thread: OwnThread; onSent: () => void }) {
  const [body, setBody] = useState('');
  const { name, address } = useReadable(customer);
  const { busy, error, send } = useWriting();

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (busy || body.trim() === '') return;
    const { inboxCode, token: threadToken } = thread;
    void send({ inboxCode, from: { name, address }, subject: '', body, threadToken }, () => {
      setBody('');
      onSent();
    });
  };

  return (
    <div className="customer-answer">
      <form onSubmit={submit}>
        <NotSent error={error} />
        <TextArea label="Message" rows={3} value={body} onChange={(event) => setBody(event.target.value)} />
        <div className="customer-send">
          <Button type="submit" look="primary" disabled={body.trim() === ''} aria-disabled={busy}>
            {busy ? 'Sending…' : 'Send'}
          </Button>
        </div>
      </form>
    </div>
  );
}
