import { composerAffordances, type Conversation, type DraftKind, type InboxSummary } from '@latchbox/client';
import { useState } from 'react';
import { useClient } from '../app/client.ts';
import { readyIds, type Tray, trayOf } from '../files/tray.ts';
import { useReadable } from '../lib/use-readable.ts';
import { barState } from './bar-state.ts';
import { replyClosedBy } from './reply-closed.ts';
import { useLockActs } from './use-lock-acts.ts';
import { useStopped } from './use-stopped.ts';

/** Everything the composer shows and does, out of the lock, the connection, the drafts and what was stopped. */
export function useComposer(conversation: Conversation, inbox: InboxSummary, onArchived: () => void) {
  const client = useClient();
  const lock = useReadable(conversation.lock);
  const affordances = composerAffordances(lock, useReadable(client.connection));
  const replyTray = trayOf(client, conversation.id, 'reply');
  const stop = useStopped(conversation, replyTray);
  const acts = useLockActs(conversation);
  const [chosen, choose] = useState<DraftKind>('reply');
  const toAll = useState(false);
  const replyClosed = replyClosedBy(lock, inbox, stop.stopped !== undefined);
  const kind = replyClosed === null ? chosen : 'note';
  const keeper = conversation.draft(kind);
  const draft = useReadable(keeper);
  const hasReply = useReadable(conversation.draft('reply')).body !== '';
  const tray = kind === 'reply' ? replyTray : trayOf(client, conversation.id, 'note');
  const files = useReadable(tray);
  const bar = barState(lock, affordances, stop.stopped);
  const filesReady = files.every(({ state }) => state === 'ready');

  /** The first change of something stopped makes it a new one, written after what has come in. */
  const begin = (): void => {
    if (kind === 'reply' && stop.stopped !== undefined) stop.forget();
    // Somebody who has begun a note goes on with it, also when the reply is free again.
    choose(kind);
    conversation.activity(kind);
  };
  const write = (body: string): void => {
    begin();
    keeper.set(body);
  };
  const attach = (added: Iterable<File>): void => {
    begin();
    tray.add(added);
  };

  const maySend = kind === 'note' || (affordances.send !== 'off' && stop.stopped === undefined);
  const send = (then: 'stay' | 'archive'): void => {
    if (maySend && filesReady) sendAway({ conversation, kind, tray, then, toAll: toAll[0], onArchived });
  };

  const closed = affordances.composer === 'read-only';
  return {
    kind,
    choose,
    toAll,
    replyClosed,
    lock,
    bar,
    stop,
    acts,
    mayHandOver: affordances.mayHandOver && stop.stopped === undefined,
    keeper,
    draft,
    tray,
    filesReady,
    hasReply,
    write,
    attach,
    send,
    closed,
    readOnly: kind === 'reply' && closed,
    mayPress: stop.stopped === undefined ? affordances.send : 'off',
    autosave: kind === 'note' ? 'on' : affordances.autosave,
  } as const;
}

export type ComposerState = ReturnType<typeof useComposer>;

interface Sending {
  readonly conversation: Conversation;
  readonly kind: DraftKind;
  readonly tray: Tray;
  readonly then: 'stay' | 'archive';
  /** To everybody of the newest mail. */
  readonly toAll: boolean;
  readonly onArchived: () => void;
}

/** Sends what stands in the draft, with the files beside it. A refusal is in the snapshot, and said by the bar. */
function sendAway({ conversation, kind, tray, then, toAll, onArchived }: Sending): void {
  const { body } = conversation.draft(kind).getSnapshot();
  if (body.trim() === '') return;
  const taken = tray.take();
  const what = { body, ...(taken.length > 0 && { attachments: readyIds(taken) }) };
  const { confirmed } =
    kind === 'reply'
      ? conversation.reply({ ...what, then, ...(toAll && { recipients: 'all' }) })
      : conversation.note(what);
  confirmed.then(
    () => (then === 'archive' ? onArchived() : undefined),
    () => tray.restore(taken),
  );
}
