import { type Conversation, type InboxSummary, LatchboxError } from '@latchbox/client';
import { useEffect, useRef } from 'react';
import type { Stop } from './use-stopped.ts';

/**
 * May one reply here again, what was said of the loss is no news any more: the composer is as it would be if it was just opened. Who was
 * taken out of the inbox meanwhile has a new composer then, in which the loss is old from the start.
 */
export function useAccessBack(
  { lock }: Conversation,
  { capability }: InboxSummary,
  { stopped, forget }: Pick<Stop, 'stopped' | 'forget'>,
): void {
  const before = useRef<{ readonly lock: Conversation['lock']; readonly may: boolean }>(undefined);
  useEffect(() => {
    const may = capability !== 'read';
    const known = before.current?.lock === lock ? before.current : undefined;
    before.current = { lock, may };
    if (!may || known?.may === true) return;
    const shown = lock.getSnapshot();
    if (shown.status === 'lost' && shown.reason === 'access_lost') lock.dismiss();
    // Its text stands in the composer.
    if (known !== undefined && LatchboxError.is(stopped?.error, 'forbidden')) forget();
  }, [capability, lock, stopped, forget]);
}
