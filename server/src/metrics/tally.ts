import { Counter, type Registry } from 'prom-client';

export interface Tally {
  /** Counts one; `value` is that of the one label, '' for a counter without. */
  add(value?: string): void;
}

interface TallyOf {
  readonly name: string;
  readonly help: string;
  readonly label?: string;
  /** Values of the label that are told as 0 before the first. */
  readonly from?: readonly string[];
}

/**
 * A counter with at most one label for what happens with every lock. prom-client looks a value up by a text that it puts together
 * anew each time, which cost a grant more than its index did; here it is a number, and is told when somebody reads the figures.
 */
export function createTally(registry: Registry, { name, help, label, from = [] }: TallyOf): Tally {
  const counts = new Map<string, { count: number }>();
  if (label === undefined) counts.set('', { count: 0 });
  for (const value of from) counts.set(value, { count: 0 });
  new Counter({
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [registry],
    collect() {
      this.reset();
      for (const [value, { count }] of counts)
        if (label === undefined) this.inc(count);
        else this.inc({ [label]: value }, count);
    },
  });
  return {
    add(value = '') {
      const known = counts.get(value);
      if (known === undefined) counts.set(value, { count: 1 });
      else known.count += 1;
    },
  };
}
