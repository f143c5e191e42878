import type { Conversation } from '@latchbox/client';
import { useMemo } from 'react';

/** Pointer, wheel and keys within a conversation are told as reading; the SDK throttles it and knows what it means. */
export function useReading(conversation: Conversation) {
  return useMemo(() => {
    const tell = (): void => conversation.activity('reading');
    return { onPointerMove: tell, onPointerDown: tell, onWheel: tell, onKeyDown: tell };
  }, [conversation]);
}
