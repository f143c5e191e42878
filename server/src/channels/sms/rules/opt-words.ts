/** The words by which somebody stops, starts or asks. They count only as the whole text: "STOP PLEASE" is none. */

const WORDS = {
  // The carriers' list, with those that the FCC added in 2025, and the French ones that Canada asks for.
  stop: [
    'STOP',
    'STOPALL',
    'STOP ALL',
    'UNSUBSCRIBE',
    'CANCEL',
    'END',
    'QUIT',
    'REVOKE',
    'OPTOUT',
    'OPT OUT',
    'ARRET',
    'ARRETE',
    'ARRETT',
  ],
  start: ['START', 'YES', 'UNSTOP'],
  help: ['HELP', 'INFO', 'AIDE'],
} as const;

export type OptWord = keyof typeof WORDS;

const MEANINGS: ReadonlyMap<string, OptWord> = new Map(
  Object.entries(WORDS).flatMap(([meaning, words]) =>
    words.map((word) => [word, meaning as OptWord] as const),
  ),
);

/** Toll-free networks take these alone for a start: there "YES" is an answer like any other. */
const TOLL_FREE_STARTS = new Set(['START', 'UNSTOP']);

/**
 * What a text asks for as a whole, without regard to capitals, accents, spaces and punctuation around the word; undefined: it is
 * a message like any other.
 */
export function optWord(body: string, tollFree = false): OptWord | undefined {
  // Longer ones are no word, and nobody's megabyte is normalised.
  if (body.length > 100) return undefined;
  const word = body
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toUpperCase();
  const meaning = MEANINGS.get(word);
  if (meaning === 'start' && tollFree && !TOLL_FREE_STARTS.has(word)) return undefined;
  return meaning;
}
