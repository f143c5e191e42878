import type { Entry } from '@latchbox/client';
import { firstName } from '../lib/people.ts';

/** "Ana answered", "Rosa wrote", "Ben left a note": the newest of what a stopped send had not seen. */
export function newsWords(entries: readonly Entry[]): { what: string; at: number; count: number } | null {
  const news = entries.filter((entry) => entry.kind !== 'activity');
  const newest = news.at(-1);
  if (newest === undefined) return null;
  const verb = { message: 'wrote', reply: 'answered', note: 'left a note', call: 'called' }[newest.kind];
  return { what: `${firstName(newest.author.name)} ${verb}`, at: newest.at, count: news.length };
}
