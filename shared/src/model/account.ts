import { z } from 'zod';
import { ChannelName } from './conversation.ts';
import { Id } from './scalars.ts';

/** `<channel>:<address>`: what a message leaves from. The same for as long as the inbox has that address. */
export const AccountId = z
  .string()
  .max(400)
  .regex(/^(simulator|email|sms):\S+$/, 'must be the id of an account');
export type AccountId = z.infer<typeof AccountId>;

/** Something that a message can leave from, and that its answer comes in by (M6). It belongs to one inbox. */
export const Account = z.strictObject({
  id: AccountId,
  inboxId: Id,
  channel: ChannelName,
  /** What the contact sees it come from: a mail address, a number. Empty for simulated customers, who see the inbox. */
  address: z.string().max(320),
  /** How it is called: the name of its inbox, or of a mailbox of one's own. */
  label: z.string().max(200),
  /** Colour of its inbox. */
  colour: z.string().max(16),
  /** Others work in its inbox too. */
  shared: z.boolean(),
});
export type Account = z.infer<typeof Account>;

/** What an agent may send from, those of the default inbox first: the first one is preselected (W2). */
export const Accounts = z.strictObject({
  accounts: z.array(Account),
  /** Null: none was set, or the agent may not reply there any more. */
  defaultInboxId: Id.nullable(),
});
export type Accounts = z.infer<typeof Accounts>;
