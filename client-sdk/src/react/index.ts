export { LatchboxProvider, type LatchboxProviderProps, useLatchbox } from './provider.ts';
export { useConnection } from './use-connection.ts';
export { useConversation } from './use-conversation.ts';
export { type Conversations, useConversations } from './use-conversations.ts';
export { useCounts } from './use-counts.ts';
export { type IdlePing, useIdlePing } from './use-idle-ping.ts';
export { useLock } from './use-lock.ts';
export { useReadable } from './use-readable.ts';
export { type Typing, useTyping } from './use-typing.ts';
