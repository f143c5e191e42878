import type { Conversation, ReplyEntry } from '@latchbox/client';
import { Check, CheckCheck, Clock, type LucideIcon, TriangleAlert, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMe } from '../app/client.ts';
import { clockTime } from '../lib/time-words.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { EachRecipient } from './recipients.tsx';
import { Undo } from './undo.tsx';

interface DeliveryProps {
  conversation: Conversation;
  entry: ReplyEntry;
  onFailed: (error: unknown) => void;
}

/** Where a reply is on its way to the customer; one that failed can be sent again, and about one that is held a person decides. */
export function DeliveryState(props: DeliveryProps) {
  const { delivery } = props.entry;
  return (
    <>
      <Whole {...props} />
      {delivery.state === 'withdrawn' ? null : <EachRecipient recipients={delivery.recipients} />}
    </>
  );
}

function Whole({ conversation, entry, onFailed }: DeliveryProps) {
  const me = useMe();
  const { delivery, position } = entry;
  const again = () => void conversation.retry(position).catch(onFailed);
  switch (delivery.state) {
    case 'queued':
      if (delivery.reason !== undefined) return <State icon={Clock}>Waits: {delivery.reason}</State>;
      return entry.author.id === me?.id ? (
        <Undo conversation={conversation} entry={entry} onFailed={onFailed} />
      ) : (
        <State icon={Clock}>On its way</State>
      );
    case 'sent':
      return <State icon={Check}>Sent {clockTime(delivery.at)}</State>;
    case 'delivered':
      return <State icon={CheckCheck}>Delivered {clockTime(delivery.at)}</State>;
    case 'delayed':
      return <State icon={Clock}>Late: {delivery.reason}</State>;
    case 'withdrawn':
      return <State icon={Undo2}>Taken back, not sent</State>;
    case 'failed':
      return (
        <>
          <State icon={TriangleAlert} bad>
            Not delivered: {delivery.reason}
          </State>
          <Button size="small" look="quiet" onClick={again}>
            {delivery.recipients?.some(({ state }) => state !== 'failed') === true
              ? 'Retry for those who lack it'
              : 'Retry'}
          </Button>
        </>
      );
    case 'held':
      return (
        <>
          <State icon={TriangleAlert} bad>
            Held back after a restore: it may have left already
          </State>
          <Button size="small" onClick={again}>
            Send it again
          </Button>
          <Button size="small" onClick={() => void conversation.drop(position).catch(onFailed)}>
            Do not send
          </Button>
        </>
      );
  }
}

function State(props: { icon: LucideIcon; bad?: boolean; children: ReactNode }) {
  const { icon, bad = false, children } = props;
  return (
    <span className={bad ? 'bubble-bad' : ''}>
      <Icon of={icon} size={15} />
      <span>{children}</span>
    </span>
  );
}
