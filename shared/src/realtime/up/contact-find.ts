import { z } from 'zod';
import { ChannelName, Contact } from '../../model/conversation.ts';
import { command } from '../command.ts';

/**
 * Contacts to write to, of conversations in the inboxes that the agent may see: those whose address begins with `text`, and of
 * the newest conversations those with a word in their name that does. Without a text: those of the newest ones.
 */
export const contactFind = command({
  rate: 'read',
  delivery: 'acknowledged',
  input: z.strictObject({
    text: z.string().max(200),
    channel: ChannelName.optional(),
    limit: z.number().int().min(1).max(20),
  }),
  result: z.strictObject({
    contacts: z.array(z.strictObject({ contact: Contact, channel: ChannelName })),
  }),
});
