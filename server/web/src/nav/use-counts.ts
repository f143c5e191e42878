import type { InboxCounts } from '@latchbox/client';
import { useCallback } from 'react';
import { useClient } from '../app/client.ts';
import type { AcrossInboxes } from '../app/place.ts';
import { usePick } from '../lib/use-readable.ts';

/** How many conversations of an inbox are open with something in them that I have not read; 0 while that is not known. */
export function useUnreadCount(inboxId: string): number {
  const pick = useCallback(
    (counts: readonly InboxCounts[]) => counts.find((one) => one.inboxId === inboxId)?.unread ?? 0,
    [inboxId],
  );
  return usePick(useClient().counts, pick);
}

const OF: Record<AcrossInboxes, ((counts: InboxCounts) => number) | null> = {
  mine: ({ mine }) => mine,
  unassigned: ({ unassigned }) => unassigned,
  all: ({ open }) => open,
  snoozed: ({ snoozed }) => snoozed,
  // It only grows: a number would say nothing.
  archived: null,
};

/** How many conversations are in a view over all inboxes. */
export function useOpenCount(name: AcrossInboxes): number {
  const pick = useCallback(
    (counts: readonly InboxCounts[]) => {
      const of = OF[name];
      return of === null ? 0 : counts.reduce((sum, one) => sum + of(one), 0);
    },
    [name],
  );
  return usePick(useClient().counts, pick);
}
