import { notifications, type NotificationRecord, watchNotifications } from '@latchbox/client/admin';
import { useCallback, useEffect, useState } from 'react';
import { useClient } from '../app/client.ts';
import { useConnected } from '../app/use-connected.ts';

interface Known {
  readonly records: readonly NotificationRecord[];
  /** For the page behind it; null: that was all. */
  readonly next: string | null;
}

/** What I was told, read on every connection and followed from there. */
export function useNotifications(onFailed: (error: unknown) => void) {
  const client = useClient();
  const connected = useConnected();
  const [known, setKnown] = useState<Known | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [nth, setNth] = useState(0);
  const again = useCallback(() => setNth((before) => before + 1), []);

  useEffect(() => {
    if (!connected) return undefined;
    const abort = new AbortController();
    notifications(client)
      .list({}, abort)
      .then(
        ({ notifications: records, next }) => {
          if (abort.signal.aborted) return;
          setError(null);
          setKnown({ records, next });
        },
        (failed: unknown) => {
          if (!abort.signal.aborted) setError(failed);
        },
      );
    return () => abort.abort();
  }, [client, connected, nth]);

  useEffect(
    () =>
      watchNotifications(client, {
        added: (record) =>
          setKnown((before) => before && { ...before, records: withNew(before.records, [record]) }),
        read: (ids, readAt) =>
          setKnown(
            (before) =>
              before && {
                ...before,
                records: before.records.map((one) => (ids.includes(one.id) ? { ...one, readAt } : one)),
              },
          ),
      }),
    [client],
  );

  const read = (ids?: readonly string[]): void => void notifications(client).read(ids).catch(onFailed);
  const more = (): void =>
    void notifications(client)
      .list({ after: known?.next ?? undefined })
      .then(
        ({ notifications: older, next }) =>
          setKnown((before) => before && { records: [...before.records, ...older], next }),
        onFailed,
      );
  return {
    known: known?.records ?? null,
    error,
    again,
    read,
    more: known?.next === null || known === null ? null : more,
  };
}

/** In front, each once. */
function withNew(
  before: readonly NotificationRecord[],
  added: readonly NotificationRecord[],
): readonly NotificationRecord[] {
  const have = new Set(before.map(({ id }) => id));
  return [...added.filter(({ id }) => !have.has(id)), ...before];
}
