import type { Conversation, ConversationSnapshot, LockState } from '@latchbox/client';
import { useEffect, useRef } from 'react';
import { Details } from '../details/details.tsx';
import { useHistory } from '../details/use-history.ts';
import { download } from '../lib/download.ts';
import { isPhone } from '../lib/is-phone.ts';
import { firstName } from '../lib/people.ts';
import { titleOf } from '../lib/titles.ts';
import { useReadable } from '../lib/use-readable.ts';
import { ThreadPane } from '../thread/thread-pane.tsx';
import { useClient } from './client.ts';
import { Failure, useFailure } from './failure.tsx';
import { type Call, useTabSign } from './use-tab-sign.ts';

interface ConversationColumnsProps {
  id: string;
  detailsShown: boolean;
  onDetails: (shown: boolean) => void;
  onBack: () => void;
}

/** The two columns of an open conversation: its thread, and what there is to know about it. */
export function ConversationColumns({ id, detailsShown, onDetails, onBack }: ConversationColumnsProps) {
  const client = useClient();
  const conversation = client.conversation(id);
  const snapshot = useReadable(conversation);
  const inboxes = useReadable(client.inboxes);
  const { onFailed, words } = useFailure();
  const heading = useRef<HTMLHeadingElement>(null);
  const { row, unread } = snapshot;
  const history = useHistory(conversation, row);
  const inbox = inboxes.find((one) => one.id === row?.inboxId) ?? null;
  useOpen(conversation);
  useSign(conversation, snapshot);

  // On a phone the list is gone and the focus with it: it goes on to what was opened.
  const there = row !== null;
  useEffect(() => {
    if (there && isPhone()) heading.current?.focus();
  }, [there]);

  return (
    <>
      <ThreadPane
        conversation={conversation}
        snapshot={snapshot}
        inbox={inbox}
        periods={history.periods}
        heading={heading}
        detailsShown={detailsShown}
        onBack={onBack}
        onDetails={() => onDetails(!detailsShown)}
        onFailed={onFailed}
      />
      {row === null || snapshot.status === 'gone' ? null : (
        <Details
          conversation={conversation}
          row={row}
          unread={unread}
          inbox={inbox}
          history={history}
          onExport={async () => download(await conversation.historyCsv(), `lock-history-${row.number}.csv`)}
          onFailed={onFailed}
          onLeave={onBack}
          onClose={() => onDetails(false)}
        />
      )}
      <Failure words={words} />
    </>
  );
}

/** Views the conversation for as long as it is on the page. */
function useOpen(conversation: Conversation): void {
  useEffect(() => {
    const lease = conversation.open();
    return lease.release;
  }, [conversation]);
}

function useSign(conversation: Conversation, { row }: ConversationSnapshot): void {
  const lock = useReadable(conversation.lock);
  useTabSign(row === null ? null : titleOf(row), callOf(lock));
}

const STILL_WORKING: Call = { title: 'Still working?', notice: 'Are you still working?' };

/** What somebody is waited for in this conversation. */
function callOf(lock: LockState): Call | null {
  if (lock.status === 'offered') return { title: 'Your turn:', notice: 'A conversation is offered to you' };
  if (lock.status !== 'mine') return null;
  if (lock.idle.phase === 'asked') return STILL_WORKING;
  const [ask] = lock.asks;
  if (ask === undefined) return null;
  const name = firstName(ask.from.name);
  return { title: `${name} asks:`, notice: `${name} asks for this conversation` };
}
