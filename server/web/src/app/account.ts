import type { Person } from '@latchbox/client';
import { createContext, use } from 'react';

/** What the page can do for whoever is signed in, beyond the SDK: through REST, with the token of the sign-in. */
export interface Account {
  /** Hands the lock history of a conversation to the browser as a CSV file. */
  exportLockHistory(conversationId: string, number: number): Promise<void>;
  /** Who may reply in an inbox, by name. */
  replyers(inboxId: string): Promise<readonly Person[]>;
  /** Hands a mail that left to the browser, byte for byte. */
  saveMail(mailId: string): Promise<void>;
  signOut(): void;
}

export const AccountContext = createContext<Account | null>(null);

export function useAccount(): Account {
  const account = use(AccountContext);
  if (account === null) throw new Error('useAccount must be used inside <AccountContext>');
  return account;
}
