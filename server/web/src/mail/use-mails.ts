import type { LatchboxClient } from '@latchbox/client';
import { useCallback, useEffect, useState } from 'react';
import { useClient } from '../app/client.ts';
import { useReadable } from '../lib/use-readable.ts';

type Page = Awaited<ReturnType<LatchboxClient['mails']>>;
export type LeftMail = Page['mails'][number];

interface State {
  readonly mails: readonly LeftMail[];
  readonly next: string | null;
  readonly leaves: boolean | null;
  readonly status: 'loading' | 'ready' | 'failed';
  readonly error: unknown;
}

const NOTHING: State = { mails: [], next: null, leaves: null, status: 'loading', error: undefined };

/** The mails that left (of one inbox), a page at a time; the first one is read again whenever the connection is new. */
export function useMails(inboxId: string | undefined) {
  const client = useClient();
  const connected = useReadable(client.connection).name === 'connected';
  const [state, setState] = useState(NOTHING);
  const [round, setRound] = useState(0);

  useEffect(() => {
    setState(NOTHING);
  }, [inboxId]);

  useEffect(() => {
    if (!connected) return undefined;
    let over = false;
    client.mails(inboxId === undefined ? {} : { inboxId }).then(
      ({ mails, next, leaves }) =>
        over ? undefined : setState({ mails, next, leaves, status: 'ready', error: undefined }),
      (error: unknown) => (over ? undefined : setState((before) => ({ ...before, status: 'failed', error }))),
    );
    return () => {
      over = true;
    };
  }, [client, connected, inboxId, round]);

  const { next } = state;
  const more = useCallback((): void => {
    if (next === null) return;
    setState((before) => ({ ...before, status: 'loading' }));
    client.mails({ after: next, ...(inboxId !== undefined && { inboxId }) }).then(
      (page) =>
        setState((before) => ({
          ...before,
          mails: [...before.mails, ...page.mails],
          next: page.next,
          status: 'ready',
        })),
      (error: unknown) => setState((before) => ({ ...before, status: 'failed', error })),
    );
  }, [client, inboxId, next]);

  const retry = useCallback(() => {
    setState(NOTHING);
    setRound((last) => last + 1);
  }, []);
  return { ...state, more: next === null ? null : more, retry };
}
