import { type Conversation, type ConversationLock, LatchboxError } from '@latchbox/client';
import { useCallback, useState } from 'react';
import { errorWords } from '../lib/error-words.ts';

/** What buttons do about the lock; what does not work is said in the bar. */
export function useLockActs(conversation: Conversation) {
  const [problem, setProblem] = useState<string>();
  const run = useCallback(
    async (act: (lock: ConversationLock) => Promise<unknown>): Promise<boolean> => {
      setProblem(undefined);
      try {
        await act(conversation.lock);
        return true;
      } catch (error) {
        // Given up by oneself, in this tab or another.
        if (!LatchboxError.is(error, 'aborted', 'closed')) setProblem(errorWords(error));
        return false;
      }
    },
    [conversation],
  );
  return { problem, run };
}

export type LockActs = ReturnType<typeof useLockActs>;
