import './scheduled.css';
import type { Conversation, ScheduledReply } from '@latchbox/client';
import { ScheduledItem } from './scheduled-item.tsx';
import { useScheduled } from './use-scheduled.ts';

interface ScheduledHereProps {
  conversation: Conversation;
  /** Newest position of the thread. */
  newest: number;
  onFailed: (error: unknown) => void;
}

/** What waits in this conversation for its time, above the composer; nothing where nothing does. */
export function ScheduledHere({ conversation, newest, onFailed }: ScheduledHereProps) {
  const { scheduled, again } = useScheduled(conversation, newest);
  const toDraft = ({ body, forward }: ScheduledReply): void => {
    const draft = conversation.draft('reply');
    const before = draft.getSnapshot().body;
    if (forward === undefined) draft.set(before === '' ? body : `${body}\n\n${before}`);
  };
  if (scheduled === null || scheduled.length === 0) return null;
  return (
    <ul className="scheduled-here" aria-label="Sent later">
      {scheduled.map((one) => (
        <ScheduledItem
          key={one.id}
          one={one}
          seen={newest}
          onFailed={onFailed}
          onChanged={again}
          onCanceled={toDraft}
        />
      ))}
    </ul>
  );
}
