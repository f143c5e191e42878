import { createContext, use } from 'react';

/** What the page can do for whoever is signed in, beyond the SDK. */
export interface Account {
  signOut(): void;
}

export const AccountContext = createContext<Account | null>(null);

export function useAccount(): Account {
  const account = use(AccountContext);
  if (account === null) throw new Error('useAccount must be used inside <AccountContext>');
  return account;
}
