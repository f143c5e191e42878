import type { Entry } from '@latchbox/client';

/** What a customer wrote. */
export type MessageEntry = Extract<Entry, { kind: 'message' }>;
