import { browserStorage } from '../lib/storage.ts';
import { createStore } from '../lib/store.ts';

/** A conversation that this customer began, newest first in the list. */
export interface OwnThread {
  readonly token: string;
  readonly inboxCode: string;
  readonly inboxName: string;
  readonly subject: string;
}

export interface Customer {
  readonly name: string;
  readonly address: string;
  readonly threads: readonly OwnThread[];
}

const SLOT = 'latchbox.customer';
const NOBODY: Customer = { name: '', address: '', threads: [] };

/** Who the customer is and which threads are theirs, kept in this browser as a mail program keeps its mail. */
export const customer = createStore<Customer>(parseCustomer(browserStorage.get(SLOT)));
customer.subscribe(() => browserStorage.set(SLOT, JSON.stringify(customer.getSnapshot())));

/** What was stored, as far as it makes sense. */
export function parseCustomer(stored: string | null): Customer {
  try {
    const value = JSON.parse(stored ?? 'null') as Partial<Customer> | null;
    if (typeof value?.name !== 'string' || typeof value.address !== 'string') return NOBODY;
    const threads = Array.isArray(value.threads) ? value.threads.filter(isThread) : [];
    return { name: value.name, address: value.address, threads };
  } catch {
    return NOBODY;
  }
}

function isThread(value: unknown): value is OwnThread {
  const { token, inboxCode, inboxName, subject } = (value ?? {}) as Partial<Record<keyof OwnThread, unknown>>;
  return [token, inboxCode, inboxName, subject].every((part) => typeof part === 'string');
}
