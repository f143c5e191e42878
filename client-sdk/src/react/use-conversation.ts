import { useEffect } from 'react';
import type { Conversation, OpenOptions } from '../conversation/types.ts';
import { useClient } from './provider.ts';

/**
 * A conversation that is open while this component is mounted. It is opened in an effect and left `leaseLinger` ms after
 * unmounting, so remounting at once (StrictMode, a change of routes) gives no lock back. Never suspends: a child may
 * `use(conversation.ready)`, this component must not, because effects of what never committed never run.
 */
export function useConversation(id: string, options: Pick<OpenOptions, 'lock'> = {}): Conversation {
  const conversation = useClient('useConversation').conversation(id);
  const { lock = 'if-free' } = options;
  useEffect(() => conversation.open({ lock }).release, [conversation, lock]);
  return conversation;
}
