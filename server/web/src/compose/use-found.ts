import type { FoundContact } from '@latchbox/client';
import { useEffect, useState } from 'react';
import { useClient } from '../app/client.ts';

/** How long typing rests before contacts are looked for, in ms. */
const REST = 120;

const NOBODY: readonly FoundContact[] = [];

/** Contacts to suggest for what was typed; without a channel nobody. */
export function useFound(
  text: string,
  channel: FoundContact['channel'] | undefined,
): readonly FoundContact[] {
  const client = useClient();
  const [found, setFound] = useState(NOBODY);
  useEffect(() => {
    if (channel === undefined) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      client.findContacts(text.trim(), { channel, signal: abort.signal }).then(setFound, () => {});
    }, REST);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, text, channel]);
  return channel === undefined ? NOBODY : found;
}
