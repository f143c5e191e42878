import type { Conversation } from '@latchbox/client';
import { Bot } from 'lucide-react';
import { useState } from 'react';
import { clockTime, fullTime } from '../lib/time-words.ts';
import { Icon } from '../ui/icon.tsx';
import type { MessageEntry } from './message-entry.ts';
import { MessageView } from './message-view.tsx';

interface AutomaticLineProps {
  conversation: Conversation;
  entry: MessageEntry;
  fresh: boolean;
  onFailed: (error: unknown) => void;
}

/** What a machine sent (out of office, a receipt, a report) is an event; its words are there for whoever wants them. */
export function AutomaticLine(props: AutomaticLineProps) {
  const { entry } = props;
  const [shown, setShown] = useState(false);
  const { author, at, body, mail } = entry;
  const about = mail?.subject !== undefined && mail.subject !== '' ? mail.subject : body.trim();
  return (
    <>
      <div className="system">
        <Icon of={Bot} size={14} />
        <span className="cut">
          <b>{author.name}</b> answered by a machine: {about}
          <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
            {clockTime(at)}
          </time>
        </span>
        <button
          type="button"
          className="link link-small"
          aria-expanded={shown}
          onClick={() => setShown(!shown)}
        >
          {shown ? 'Hide' : 'Show'}
        </button>
      </div>
      {shown ? <MessageView {...props} /> : null}
    </>
  );
}
