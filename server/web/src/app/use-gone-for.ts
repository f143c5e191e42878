import { useState } from 'react';
import { useClient } from './client.ts';
import { useNow } from './use-now.ts';

const MINUTE = 60_000;

/** For how many whole minutes whoever uses it has been shown: for lines that stand only while the connection is gone. */
export function useGoneFor(): { readonly minutes: number } {
  const { clock } = useClient();
  const [since] = useState(() => clock.now());
  useNow(10_000);
  return { minutes: Math.floor((clock.now() - since) / MINUTE) };
}

export function goneWords(minutes: number): string {
  return minutes === 0 ? 'Reconnecting' : `No connection for ${minutes} min`;
}
