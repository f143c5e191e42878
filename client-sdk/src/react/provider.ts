import { createContext, createElement, type ReactNode, useContext } from 'react';
import type { LatchboxClient } from '../client.ts';

const Client = createContext<LatchboxClient | null>(null);

export interface LatchboxProviderProps {
  /** Made once, outside of rendering: the provider neither makes one nor connects or closes it. */
  readonly client: LatchboxClient;
  readonly children?: ReactNode;
}

/** Gives the components below it their client. */
export function LatchboxProvider({ client, children }: LatchboxProviderProps): ReactNode {
  return createElement(Client.Provider, { value: client }, children);
}

/** The client of the provider above; throws where there is none, in the name of the hook that was called. */
export function useClient(hook: string): LatchboxClient {
  const client = useContext(Client);
  if (client === null) throw new Error(`${hook} must be used inside <LatchboxProvider client={…}>`);
  return client;
}

/** The client of the provider above. */
export function useLatchbox(): LatchboxClient {
  return useClient('useLatchbox');
}
