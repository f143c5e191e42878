import type { LockState } from '../conversation/lock-state.ts';
import type { Conversation } from '../conversation/types.ts';
import { useClient } from './provider.ts';
import { useReadable } from './use-readable.ts';

/** Who may reply, and what to show of it. Pair it with `composerAffordances(lock, useConnection())`. */
export function useLock(conversation: Conversation): LockState {
  useClient('useLock');
  return useReadable(conversation.lock);
}
