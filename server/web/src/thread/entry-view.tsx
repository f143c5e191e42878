import type { Entry } from '@latchbox/client';
import { memo } from 'react';
import { Bubble } from './bubble.tsx';
import { DeliveryState } from './delivery.tsx';
import { SystemLine } from './system-line.tsx';

interface EntryViewProps {
  entry: Entry;
  me: string | undefined;
  inboxName: string;
  /** A send was stopped because of it: it stands out until that is settled. */
  fresh: boolean;
}

/** One entry of a thread. */
export const EntryView = memo(function EntryView({ entry, me, inboxName, fresh }: EntryViewProps) {
  const look = fresh ? 'fresh' : undefined;
  switch (entry.kind) {
    case 'message':
      return (
        <Bubble
          speaker="customer"
          author={entry.author}
          role={entry.author.address}
          at={entry.at}
          body={entry.body}
          look={look}
        />
      );
    case 'reply':
      return (
        <Bubble
          speaker="agent"
          author={entry.author}
          mine={entry.author.id === me}
          role={`replied from ${inboxName}`}
          at={entry.at}
          body={entry.body}
          look={look}
          footer={<DeliveryState delivery={entry.delivery} />}
        />
      );
    case 'note':
      return (
        <Bubble
          speaker="note"
          author={entry.author}
          mine={entry.author.id === me}
          role="Note, only your team sees it"
          at={entry.at}
          body={entry.body}
          look={look}
        />
      );
    case 'activity':
      return <SystemLine entry={entry} me={me} />;
  }
});
