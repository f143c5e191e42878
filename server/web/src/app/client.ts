import { createContext, use } from 'react';
import type { LatchboxClient, Me } from '@latchbox/client';
import { useReadable } from '../lib/use-readable.ts';

export const ClientContext = createContext<LatchboxClient | null>(null);

/** The client of whoever is signed in. */
export function useClient(): LatchboxClient {
  const client = use(ClientContext);
  if (client === null) throw new Error('useClient must be used inside <ClientContext>');
  return client;
}

/** Whoever is signed in; null before the first greeting. */
export function useMe(): Me | null {
  return useReadable(useClient().me);
}
