import type { Entry } from '@latchbox/client';
import type { FactLine } from './fact-lines.ts';
import type { LockLine } from './lock-lines.ts';

/** Something of the thread, in the order of time. */
export type StreamItem = { readonly key: string; readonly at: number } & (
  | { readonly entry: Entry }
  | { readonly line: LockLine }
  | { readonly fact: FactLine }
);

/**
 * Entries and lines in one order: entries keep theirs, a line stands before the first entry that is later than it. Lines from
 * before the oldest entry are left out while there are older ones to come.
 */
export function streamOf(
  entries: readonly Entry[],
  lines: readonly LockLine[],
  hasMore: boolean,
  facts: readonly FactLine[] = [],
): readonly StreamItem[] {
  const from = hasMore ? (entries[0]?.at ?? 0) : 0;
  const wait: StreamItem[] = [
    ...lines.map((line) => ({ key: `lock-${line.fence}`, at: line.at, line })),
    ...facts.map((fact) => ({ key: fact.key, at: fact.at, fact })),
  ]
    .filter(({ at }) => at >= from)
    .sort((x, y) => x.at - y.at);
  const items: StreamItem[] = [];
  for (const entry of entries) {
    while (wait[0] !== undefined && wait[0].at < entry.at) items.push(...wait.splice(0, 1));
    items.push({ key: entry.id, at: entry.at, entry });
  }
  return [...items, ...wait];
}
