import { z } from 'zod';
import { AccountId } from '../../model/account.ts';
import { Contact, ConversationRow } from '../../model/conversation.ts';
import { command } from '../command.ts';
import { ComposeTo, Subject } from './conversation-compose.ts';

/** What a message that is being written would meet: which conversation it would go on with, and who is busy with its contact. */
export const composeCheck = command({
  rate: 'read',
  delivery: 'acknowledged',
  input: z.strictObject({ account: AccountId, to: ComposeTo, subject: Subject.optional() }),
  result: z.strictObject({
    /** As this agent knows it; null: nobody that it knows of. */
    contact: Contact.nullable(),
    /** The conversation that it continues, under its lock; null: it begins one. */
    continues: ConversationRow.nullable(),
    /** Other conversations of the contact that a colleague holds: a reason to ask first, not a refusal (M11). */
    held: z.array(ConversationRow),
  }),
});
