import type { Accounts } from '@latchbox/shared/model/account';
import { useClient } from './provider.ts';
import { useReadable } from './use-readable.ts';

/** What this agent may send from, the preselected one first; null until it is known. */
export function useAccounts(): Accounts | null {
  return useReadable(useClient('useAccounts').accounts);
}
