import type { ComposeCheck, ComposeTarget } from '@latchbox/client';
import { useEffect, useState } from 'react';
import { useClient } from '../app/client.ts';

/** How long an address rests before it is looked up, in ms. */
const REST = 250;

/**
 * What a message to `target` would meet, live: who holds it changes while it is written. Null while that is not known. `again` is
 * another number where it is to be asked anew.
 */
export function useCheck(target: ComposeTarget | null, again: number): ComposeCheck | null {
  const client = useClient();
  const [found, setFound] = useState<{ readonly key: string; readonly check: ComposeCheck } | null>(null);
  const key = target === null ? '' : JSON.stringify(target);

  useEffect(() => {
    if (key === '') return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      client.checkCompose(JSON.parse(key) as ComposeTarget, abort).then(
        (check) => setFound({ key, check }),
        // An address that is no address yet; what is wrong with it is said when it is sent.
        () => {},
      );
    }, REST);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, key, again]);

  useEffect(
    () =>
      client.on('event', ({ data }) => {
        if (!('row' in data)) return;
        const { row } = data;
        const newer = <R extends { readonly id: string }>(one: R): R =>
          one.id === row.id ? ({ ...one, lock: row.lock } as R) : one;
        setFound((now) => {
          if (now === null) return now;
          const { continues, held } = now.check;
          if (continues?.id !== row.id && !held.some(({ id }) => id === row.id)) return now;
          return {
            ...now,
            check: { ...now.check, continues: continues && newer(continues), held: held.map(newer) },
          };
        });
      }),
    [client],
  );

  return found !== null && found.key === key ? found.check : null;
}
