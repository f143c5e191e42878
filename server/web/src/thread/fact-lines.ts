/** Events that stand in the thread beside what was said: mail that came back, and a contact who wants no texts. */
import type { AddressTrouble, Entry } from '@latchbox/client';

export interface FactLine {
  readonly key: string;
  readonly at: number;
  readonly what: 'bounced' | 'opted_out';
  readonly who: string;
  readonly words: string;
}

/** How long (ms) after a reply its refusal is part of sending it, and told there alone. */
const AT_ONCE = 10_000;

export function factLines(
  entries: readonly Entry[],
  troubles: readonly AddressTrouble[],
  contactName: string,
): readonly FactLine[] {
  const stops = troubles.flatMap(({ address, what, at }): FactLine[] =>
    what === 'opted_out'
      ? [{ key: `stop-${address}`, at, what, who: contactName, words: 'wants no more texts' }]
      : [],
  );
  return [...entries.flatMap(bounces), ...stops].sort((a, b) => a.at - b.at);
}

function bounces(entry: Entry): FactLine[] {
  if (entry.kind !== 'reply' || entry.delivery.state === 'withdrawn') return [];
  return (entry.delivery.recipients ?? []).flatMap(({ address, state, at, reason }): FactLine[] =>
    state === 'failed' && at - entry.at > AT_ONCE
      ? [
          {
            key: `bounce-${entry.position}-${address}`,
            at,
            what: 'bounced',
            who: `Mail to ${address}`,
            words: `came back${reason === undefined ? '' : `: ${reason}`}`,
          },
        ]
      : [],
  );
}
