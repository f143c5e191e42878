import type { SettingsEntry } from './pages.ts';

type Named = Pick<SettingsEntry, 'label' | 'group' | 'words'>;

export interface FoundPage<T extends Named = SettingsEntry> {
  readonly entry: T;
  /** What of its words was looked for; null: its name says it. */
  readonly because: string | null;
}

/** The pages that every word of a query is about, by the beginnings of words; all of them for an empty one. */
export function findPages<T extends Named>(entries: readonly T[], query: string): readonly FoundPage<T>[] {
  const wanted = wordsOf(query);
  return entries.flatMap((entry) => {
    const { label, group, words } = entry;
    const beside = wanted.filter((word) => !begins(label, word) && !begins(group, word));
    const hits = (phrase: string): number => beside.filter((word) => begins(phrase, word)).length;
    if (!beside.every((word) => words.some((phrase) => begins(phrase, word)))) return [];
    // The phrase that has the most of what was looked for.
    const [because = null] = beside.length === 0 ? [] : words.toSorted((a, b) => hits(b) - hits(a));
    return [{ entry, because }];
  });
}

const begins = (phrase: string, word: string): boolean =>
  wordsOf(phrase).some((one) => one.startsWith(word)) || joined(phrase).startsWith(word);

/** "Two-factor" is looked for as "two factor", too. */
const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

/** And as "twofactor". */
const joined = (text: string): string => wordsOf(text).join('');
