import {
  composerAffordances,
  type Conversation,
  type ConversationRow,
  type DraftKind,
  type InboxSummary,
} from '@latchbox/client';
import { useState } from 'react';
import { useClient } from '../app/client.ts';
import { trayOf } from '../files/tray.ts';
import { useReadable } from '../lib/use-readable.ts';
import { barState } from './bar-state.ts';
import { keepForLater, sendAway } from './leaving.ts';
import { replyClosedBy } from './reply-closed.ts';
import { useAddressing } from './to/use-addressing.ts';
import { useAccessBack } from './use-access-back.ts';
import { useLockActs } from './use-lock-acts.ts';
import { useStopped } from './use-stopped.ts';

/** Everything the composer shows and does, out of the lock, the connection, the drafts and what was stopped. */
export function useComposer(
  conversation: Conversation,
  row: ConversationRow,
  inbox: InboxSummary,
  onArchived: () => void,
) {
  const client = useClient();
  const lock = useReadable(conversation.lock);
  const affordances = composerAffordances(lock, useReadable(client.connection));
  const replyTray = trayOf(client, conversation.id, 'reply');
  const addressing = useAddressing(conversation, row);
  const stop = useStopped(conversation, replyTray, addressing);
  useAccessBack(conversation, inbox, stop);
  const acts = useLockActs(conversation);
  const replyClosed = replyClosedBy(lock, inbox, stop.stopped !== undefined);
  const text = useText(conversation, replyClosed);
  const { kind, choose, keeper, tray } = text;
  const bar = barState(lock, affordances, stop.stopped);

  /** The first change of something stopped makes it a new one, written after what has come in. */
  const begin = (): void => {
    if (kind === 'reply' && stop.stopped !== undefined) stop.forget();
    // Somebody who has begun a note goes on with it, also when the reply is free again.
    choose(kind);
    conversation.activity(kind);
  };

  const leaving = { conversation, kind, tray, addressing, onArchived };
  const optedOut = addressing.prepared?.troubles.some(({ what }) => what === 'opted_out') === true;
  const maySend = kind === 'note' || (affordances.send !== 'off' && stop.stopped === undefined && !optedOut);
  const closed = affordances.composer === 'read-only';
  return {
    ...text,
    addressing,
    replyClosed,
    lock,
    bar,
    stop,
    acts,
    mayHandOver: affordances.mayHandOver && stop.stopped === undefined,
    write: (body: string): void => {
      begin();
      keeper.set(body);
    },
    attach: (added: Iterable<File>): void => {
      begin();
      tray.add(added);
    },
    send: (then: 'stay' | 'archive'): void => {
      if (maySend && text.filesReady) sendAway(leaving, then);
    },
    /** Null: something stands in the way, and is shown. */
    sendLater: (sendAt: number) => (text.filesReady ? keepForLater(leaving, sendAt) : null),
    closed,
    readOnly: kind === 'reply' && closed,
    mayPress: stop.stopped === undefined && !optedOut ? affordances.send : 'off',
    autosave: kind === 'note' ? 'on' : affordances.autosave,
  } as const;
}

/** What is written: the reply, or a note, each with the files beside it. */
function useText(conversation: Conversation, replyClosed: string | null) {
  const client = useClient();
  const [chosen, choose] = useState<DraftKind>('reply');
  const kind = replyClosed === null ? chosen : 'note';
  const keeper = conversation.draft(kind);
  const draft = useReadable(keeper);
  const tray = trayOf(client, conversation.id, kind);
  const files = useReadable(tray);
  return {
    kind,
    choose,
    keeper,
    draft,
    tray,
    filesReady: files.every(({ state }) => state === 'ready'),
    hasReply: useReadable(conversation.draft('reply')).body !== '',
  } as const;
}

export type ComposerState = ReturnType<typeof useComposer>;
