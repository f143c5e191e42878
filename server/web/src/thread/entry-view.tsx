import type { Conversation, Entry } from '@latchbox/client';
import { memo } from 'react';
import { CallView } from '../calls/call-view.tsx';
import { Files } from '../files/files.tsx';
import { besidesText } from '../files/in-text.ts';
import { AutomaticLine } from './automatic-line.tsx';
import { BodyText } from './body-text.tsx';
import { Bubble } from './bubble.tsx';
import { DeliveryState } from './delivery.tsx';
import { MessageView } from './message-view.tsx';
import { ReplyMenu } from './reply-menu.tsx';
import { ReplyTo } from './recipients.tsx';
import { SystemLine } from './system-line.tsx';

interface EntryViewProps {
  conversation: Conversation;
  entry: Entry;
  me: string | undefined;
  inboxName: string;
  /** A send was stopped because of it: it stands out until that is settled. */
  fresh: boolean;
  onFailed: (error: unknown) => void;
}

/** One entry of a thread. */
export const EntryView = memo(function EntryView(props: EntryViewProps) {
  const { conversation, entry, me, inboxName, fresh, onFailed } = props;
  const look = fresh ? 'fresh' : undefined;
  switch (entry.kind) {
    case 'message':
      if (entry.mail?.automatic === true)
        return <AutomaticLine conversation={conversation} entry={entry} fresh={fresh} onFailed={onFailed} />;
      return <MessageView conversation={conversation} entry={entry} fresh={fresh} onFailed={onFailed} />;
    case 'reply':
      return (
        <Bubble
          speaker="agent"
          author={entry.author}
          mine={entry.author.id === me}
          role={`${replyVerb(entry)} from ${inboxName}`}
          at={entry.at}
          look={look}
          menu={<ReplyMenu conversation={conversation} entry={entry} onFailed={onFailed} />}
          footer={<DeliveryState conversation={conversation} entry={entry} onFailed={onFailed} />}
        >
          <ReplyTo mail={entry.mail} always={entry.forward !== undefined} />
          <BodyText body={entry.body} folds={undefined} files={entry.attachments} />
          <Files files={besidesText(entry.body, entry.attachments)} />
        </Bubble>
      );
    case 'note':
      return (
        <Bubble
          speaker="note"
          author={entry.author}
          mine={entry.author.id === me}
          role="Note, only your team sees it"
          at={entry.at}
          look={look}
        >
          <BodyText body={entry.body} folds={undefined} />
          <Files files={entry.attachments} />
        </Bubble>
      );
    case 'call':
      return <CallView entry={entry} me={me} fresh={fresh} />;
    case 'activity':
      return <SystemLine entry={entry} me={me} />;
  }
});

function replyVerb({ position, forward }: Extract<Entry, { kind: 'reply' }>): string {
  if (forward !== undefined) return 'forwarded';
  return position === 1 ? 'wrote first' : 'replied';
}
