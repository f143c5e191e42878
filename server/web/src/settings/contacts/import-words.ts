import type { ContactImport } from '@latchbox/client/admin';

const rows = (count: number): string => (count === 1 ? '1 row' : `${count.toLocaleString('en')} rows`);

/** How far an import is, in a few words. */
export function stateWords({ state, rows: all, done, counts, undo }: ContactImport): string {
  switch (state) {
    case 'reading':
      return 'Being read';
    case 'ready':
      return `${rows(all)}, not imported yet`;
    case 'running':
      return `${done.toLocaleString('en')} of ${rows(all)}`;
    case 'done':
      return counts.failed + counts.duplicates === 0
        ? `${rows(all)} imported`
        : `${rows(all)}, ${(counts.failed + counts.duplicates).toLocaleString('en')} with problems`;
    case 'stopped':
      return `Stopped after ${rows(done)}`;
    case 'undoing':
      return `Being undone: ${((undo?.undone ?? 0) + (undo?.kept ?? 0)).toLocaleString('en')} of ${rows(applied(counts))}`;
    case 'undone':
      return undo === null || undo.kept === 0 ? 'Undone' : `Undone but for ${rows(undo.kept)}`;
  }
}

/** How many rows made or changed something. */
export function applied({ created, changed }: ContactImport['counts']): number {
  return created + changed;
}

/** What became of the rows, one line each. */
export function countWords({ counts }: ContactImport): readonly (readonly [string, number])[] {
  return [
    ['New contacts', counts.created],
    ['Contacts that were changed', counts.changed],
    ['Contacts that were known and stay as they are', counts.unchanged],
    ['Rows about a contact of an earlier row', counts.duplicates],
    ['Rows that could not be imported', counts.failed],
  ];
}
