import type { ScheduleChange, ScheduledReply } from '@latchbox/client';
import { CalendarClock, TriangleAlert } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useClient, useMe } from '../app/client.ts';
import { useNow } from '../app/use-now.ts';
import { firstName } from '../lib/people.ts';
import { fullTime } from '../lib/time-words.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { scheduledWords } from './scheduled-words.ts';

const DateDialog = lazy(async () => ({ default: (await import('../ui/date-dialog.tsx')).DateDialog }));

interface ScheduledItemProps {
  one: ScheduledReply;
  /** Newest position of the thread as it is shown; left out where it is not: then what was stopped has to be looked at first. */
  seen?: number;
  /** Beside the buttons: where it belongs. */
  link?: ReactNode;
  onFailed: (error: unknown) => void;
  /** It was changed. */
  onChanged: () => void;
  /** It is canceled: its text is its author's again. */
  onCanceled?: (one: ScheduledReply) => void;
}

/** A reply that waits for its time, or was stopped: its text is kept, and its author decides. */
export function ScheduledItem(props: ScheduledItemProps) {
  const { one, link } = props;
  const me = useMe();
  const now = useNow(15_000);
  const stopped = one.state === 'stopped';
  const mine = one.author.id === me?.id;
  return (
    <li className={`scheduled ${stopped ? 'scheduled-stopped' : ''}`}>
      <Icon of={stopped ? TriangleAlert : CalendarClock} size={17} />
      <div className="grow">
        <p className="scheduled-when" title={fullTime(one.sendAt)}>
          <b>{scheduledWords(one, now)}</b>
          {mine ? null : <span className="hint"> by {firstName(one.author.name)}</span>}
        </p>
        <p className="scheduled-text">{one.body === '' ? 'Forwarded without a note' : one.body}</p>
      </div>
      <span className="scheduled-acts">
        {link}
        {mine ? <Acts {...props} /> : null}
      </span>
    </li>
  );
}

/** What its author can do with it. */
function Acts({ one, seen, onFailed, onChanged, onCanceled }: ScheduledItemProps) {
  const client = useClient();
  const [changing, setChanging] = useState(false);
  const stopped = one.state === 'stopped';
  const reschedule = (change: ScheduleChange): void => {
    // What stopped it is in sight here, and so is seen.
    const looked = stopped && seen !== undefined ? { lastSeen: seen } : {};
    client.reschedule(one.id, { ...change, ...looked }).then(onChanged, onFailed);
  };
  const cancel = async (): Promise<void> => {
    const canceled = await client.unschedule(one.id);
    onCanceled?.(canceled);
    onChanged();
  };
  return (
    <>
      <Button size="small" look="quiet" onClick={() => void cancel().catch(onFailed)}>
        {onCanceled === undefined ? 'Cancel it' : 'Back to the draft'}
      </Button>
      <Button size="small" onClick={() => setChanging(true)}>
        Change
      </Button>
      {stopped && seen === undefined ? null : (
        <Button size="small" onClick={() => reschedule({ sendAt: 0 })}>
          {stopped ? 'Send anyway' : 'Send now'}
        </Button>
      )}
      {changing ? (
        <Suspense>
          <DateDialog
            title="Send later"
            action="Save"
            now={client.clock.now()}
            at={Math.max(one.sendAt, client.clock.now() + HOUR)}
            text={one.forward === undefined ? one.body : undefined}
            onClose={() => setChanging(false)}
            onPick={(sendAt, body) => {
              setChanging(false);
              reschedule({ sendAt, ...(one.forward === undefined && { body }) });
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}

const HOUR = 3_600_000;
