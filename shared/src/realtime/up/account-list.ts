import { z } from 'zod';
import { Accounts } from '../../model/account.ts';
import { command } from '../command.ts';

/** What this agent may send from: the addresses and numbers of the inboxes where it may reply. */
export const accountList = command({
  rate: 'read',
  delivery: 'acknowledged',
  input: z.strictObject({}),
  result: Accounts,
});
