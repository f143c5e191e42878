import type { Conversation, ReplyEntry } from '@latchbox/client';
import { useEffect, useEffectEvent, useState } from 'react';
import { useShortcut } from '../keys/use-shortcut.ts';
import { firstName } from '../lib/people.ts';
import { takeBack } from '../thread/take-back.ts';
import { useToast } from '../ui/toasts.tsx';
import { useClient, useMe } from './client.ts';
import { useFailure, Failure } from './failure.tsx';
import { parsePlace, placePath } from './place.ts';
import { navigate, usePath } from './router.ts';

/** A reply of mine that can be taken back for a while. */
interface Sent {
  readonly entry: ReplyEntry;
  readonly inboxId: string;
  readonly to: string;
}

/**
 * After sending from here and going on (send and archive, the next conversation) the thread with its Undo is gone: then a toast has it,
 * and the key works.
 */
export function UndoElsewhere() {
  const client = useClient();
  const { onFailed, words } = useFailure();
  const sent = useSent();
  const away = parsePlace(usePath()).conversationId !== sent?.entry.conversationId;
  const waits = sent !== null && away ? sent : null;
  const toast = useToast();
  const undo = (): void => {
    if (waits === null) return;
    const { entry, inboxId } = waits;
    const conversation: Conversation = client.conversation(entry.conversationId);
    takeBack(client, conversation, entry).then(() => {
      const view = { name: 'inbox', inboxId, status: 'open' } as const;
      navigate(placePath({ view, conversationId: entry.conversationId }));
    }, onFailed);
  };
  const say = useEffectEvent(({ entry, to }: Sent) => {
    const left = (entry.undoUntil ?? 0) - client.clock.now();
    return left > 0 ? toast(`Sent to ${firstName(to)}`, undo, 'Undo', left) : undefined;
  });
  useEffect(() => {
    if (waits === null) return undefined;
    // After the page that was left has said what it has to say.
    let dismiss: (() => void) | undefined;
    const timer = setTimeout(() => {
      dismiss = say(waits);
    }, 0);
    return () => {
      clearTimeout(timer);
      // Taken back, gone for good, or the thread itself has it again.
      dismiss?.();
    };
  }, [waits]);
  useShortcut('undo', waits === null ? null : undo);
  return <Failure words={words} />;
}

/** The last reply of mine, sent from whichever tab, while it can be taken back. */
function useSent(): Sent | null {
  const client = useClient();
  const me = useMe()?.id;
  const [sent, setSent] = useState<Sent | null>(null);
  useEffect(() => {
    let stop = (): void => {};
    const off = client.on('entry.added', ({ conversationId, inboxId, entry }) => {
      if (entry.kind !== 'reply' || entry.author.id !== me || entry.undoUntil === undefined) return;
      const left = entry.undoUntil - client.clock.now();
      if (left <= 0) return;
      const to = client.conversation(conversationId).getSnapshot().row?.contact.name ?? 'the contact';
      stop();
      stop = client.clock.later(left, () => setSent(null));
      setSent({ entry, inboxId, to });
    });
    const change = client.on('event', ({ data }) => {
      if (data.type !== 'reply.delivery' || data.delivery.state === 'queued') return;
      setSent((now) =>
        now?.entry.conversationId === data.conversationId && now.entry.position === data.position
          ? null
          : now,
      );
    });
    return () => {
      off();
      change();
      stop();
    };
  }, [client, me]);
  return sent;
}
