import type { InboxCounts } from '@latchbox/shared/realtime/up/inbox-counts';
import { useClient } from './provider.ts';
import { useReadable } from './use-readable.ts';

/** How much there is in each inbox that this agent sees, live; empty until it is known. */
export function useCounts(): readonly InboxCounts[] {
  return useReadable(useClient('useCounts').counts);
}
