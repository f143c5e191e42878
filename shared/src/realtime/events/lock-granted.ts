import { z } from 'zod';
import { ConversationRow } from '../../model/conversation.ts';

/** Somebody holds the lock from now on: `row.lock` says who, since when and with which fence. */
export const lockGranted = z.strictObject({ type: z.literal('lock.granted'), row: ConversationRow });
