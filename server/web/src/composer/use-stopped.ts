import type { Conversation } from '@latchbox/client';
import { useCallback, useState } from 'react';
import type { Tray } from '../files/tray.ts';
import { errorWords } from '../lib/error-words.ts';
import { usePick } from '../lib/use-readable.ts';
import { PLAIN } from './to/addressing.ts';
import type { AddressingState } from './to/use-addressing.ts';
import { stoppedReply } from './bar-state.ts';

/** The reply that was stopped, and what can be done with it. Its files lie in the tray again meanwhile. */
export function useStopped(
  conversation: Conversation,
  tray: Tray,
  addressing: Pick<AddressingState, 'leave' | 'change'>,
) {
  const outgoing = usePick(conversation, outgoingOf);
  const stopped = stoppedReply(outgoing);
  const [problem, setProblem] = useState<string>();

  /** Takes the lock, and the text is its author's again; what does not work is said in the bar. */
  const takeBack = useCallback(async (): Promise<boolean> => {
    setProblem(undefined);
    try {
      await conversation.lock.acquire();
      if (stopped !== undefined) conversation.discard(stopped.clientId);
      return true;
    } catch (error) {
      setProblem(errorWords(error));
      return false;
    }
  }, [conversation, stopped]);

  /** What was stopped is forgotten, what stands in the composer stays. */
  const forget = useCallback(() => {
    if (stopped !== undefined) conversation.discard(stopped.clientId);
    setProblem(undefined);
  }, [conversation, stopped]);

  const discard = useCallback(() => {
    if (stopped === undefined) return;
    const draft = conversation.draft('reply');
    conversation.discard(stopped.clientId);
    if (draft.getSnapshot().body === stopped.body) draft.set('');
    tray.take();
    addressing.change(PLAIN);
    setProblem(undefined);
  }, [conversation, stopped, tray, addressing]);

  const sendAnyway = useCallback(() => {
    setProblem(undefined);
    if (stopped === undefined) return;
    const taken = tray.take();
    // It goes to whom it was addressed the first time.
    const leaving = addressing.leave();
    conversation.sendAnyway(stopped.clientId).confirmed.catch(() => {
      tray.restore(taken);
      leaving?.back();
    });
  }, [conversation, stopped, tray, addressing]);

  return { stopped, problem, takeBack, forget, discard, sendAnyway };
}

export type Stop = ReturnType<typeof useStopped>;

const outgoingOf = (snapshot: ReturnType<Conversation['getSnapshot']>) => snapshot.outgoing;
