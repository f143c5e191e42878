import { composerAffordances, type Conversation, type DraftKind, type InboxSummary } from '@latchbox/client';
import { useState } from 'react';
import { useClient } from '../app/client.ts';
import { useReadable } from '../lib/use-readable.ts';
import { barState } from './bar-state.ts';
import { replyClosedBy } from './reply-closed.ts';
import { useStopped } from './use-stopped.ts';

/** Everything the composer shows and does, out of the lock, the connection, the drafts and what was stopped. */
export function useComposer(conversation: Conversation, inbox: InboxSummary, onArchived: () => void) {
  const lock = useReadable(conversation.lock);
  const affordances = composerAffordances(lock, useReadable(useClient().connection));
  const stop = useStopped(conversation);
  const [chosen, choose] = useState<DraftKind>('reply');
  const replyClosed = replyClosedBy(lock, inbox, stop.stopped !== undefined);
  const kind = replyClosed === null ? chosen : 'note';
  const keeper = conversation.draft(kind);
  const draft = useReadable(keeper);
  const hasReply = useReadable(conversation.draft('reply')).body !== '';
  const bar = barState(lock, affordances, stop.stopped);

  const write = (body: string): void => {
    // The first change of a stopped text makes it a new one, written after what has come in.
    if (kind === 'reply' && stop.stopped !== undefined) stop.forget();
    // Somebody who has begun a note goes on with it, also when the reply is free again.
    choose(kind);
    keeper.set(body);
    conversation.activity(kind);
  };

  const send = (then: 'stay' | 'archive'): void => {
    const { body } = keeper.getSnapshot();
    if (body.trim() === '') return;
    if (kind === 'note') {
      conversation.note({ body });
      return;
    }
    if (affordances.send === 'off' || stop.stopped !== undefined) return;
    const { confirmed } = conversation.reply({ body, then });
    // A refusal is in the snapshot, and said by the bar.
    if (then === 'archive') confirmed.then(onArchived, () => {});
  };

  const closed = affordances.composer === 'read-only';
  const readOnly = kind === 'reply' && closed;
  const mayPress = stop.stopped === undefined ? affordances.send : 'off';
  const autosave = kind === 'note' ? 'on' : affordances.autosave;
  return {
    kind,
    choose,
    replyClosed,
    lock,
    bar,
    stop,
    keeper,
    draft,
    hasReply,
    write,
    send,
    closed,
    readOnly,
    mayPress,
    autosave,
  } as const;
}

export type ComposerState = ReturnType<typeof useComposer>;
