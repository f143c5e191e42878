import type { Entry } from '@latchbox/client';
import type { LockLine } from './lock-lines.ts';

/** Something of the thread, in the order of time. */
export type StreamItem = { readonly key: string; readonly at: number } & (
  | { readonly entry: Entry }
  | { readonly line: LockLine }
);

/**
 * Entries and lines in one order: entries keep theirs, a line stands before the first entry that is later than it. Lines from
 * before the oldest entry are left out while there are older ones to come.
 */
export function streamOf(
  entries: readonly Entry[],
  lines: readonly LockLine[],
  hasMore: boolean,
): readonly StreamItem[] {
  const from = hasMore ? (entries[0]?.at ?? 0) : 0;
  const wait = lines.filter(({ at }) => at >= from);
  const items: StreamItem[] = [];
  const put = (line: LockLine): void => void items.push({ key: `lock-${line.fence}`, at: line.at, line });
  for (const entry of entries) {
    while (wait[0] !== undefined && wait[0].at < entry.at) {
      const line = wait.shift();
      if (line !== undefined) put(line);
    }
    items.push({ key: entry.id, at: entry.at, entry });
  }
  wait.forEach(put);
  return items;
}
