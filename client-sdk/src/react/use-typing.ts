import type { DraftKind } from '@latchbox/shared/model/conversation';
import type { Typist } from '@latchbox/shared/model/presence';
import { useCallback } from 'react';
import type { Conversation } from '../conversation/types.ts';
import { useClient } from './provider.ts';
import { useReadable } from './use-readable.ts';

export interface Typing {
  /** Who else types here, a reply or a note. */
  readonly typists: readonly Typist[];
  /** Goes to the field as `onInput`. The first keystroke of a reply also takes a free lock, and answers the idle question. */
  readonly onInput: () => void;
}

/** Both sides of typing: who else does, and telling the others that this agent does. `kind`: what is written here. */
export function useTyping(conversation: Conversation, kind: DraftKind = 'reply'): Typing {
  useClient('useTyping');
  const typists = useReadable(conversation.typists);
  const onInput = useCallback(() => conversation.activity(kind), [conversation, kind]);
  return { typists, onInput };
}
