/** Connections in other processes that start together. */
import { type Child, startChild } from '../../bench/parts/child.ts';
import { machineTime } from '../../bench/parts/emission.ts';
import type { Pace, Paced, PostAnswer, RaceAct, RaceAnswer, RacePost, Racer } from '../parts/racers.ts';

/** µs before the common start at which the orders go out. */
const LEAD = 12_000;

export interface Field extends AsyncDisposable {
  /** All acts at the same instant; the answers in their order. `who` counts all racers. */
  together(acts: readonly RaceAct[]): Promise<RaceAnswer[]>;
  /** The same over HTTP. */
  posts(posts: readonly RacePost[]): Promise<PostAnswer[]>;
  /** One act, awaited. */
  one(act: RaceAct): Promise<RaceAnswer>;
  /** Writes at an even pace, from all processes. */
  pace(pace: Pace): Promise<Paced[]>;
}

/** Two processes: with more than there are cores they would only wait for each other. */
const PROCESSES = 2;

/** Connects `racers`, in turns in one process and the other. */
export async function startField(racers: readonly Racer[], processes = PROCESSES): Promise<Field> {
  const children: Child[] = Array.from({ length: processes }, () =>
    startChild(new URL('../parts/racers.ts', import.meta.url).href),
  );
  const childOf = (place: number): Child => children[place % processes] as Child;
  await Promise.all(
    children.map((child, at) =>
      child.ask(
        'connect',
        racers.filter((_, who) => who % processes === at),
      ),
    ),
  );
  const local = <A extends RaceAct>(act: A): A => ({ ...act, who: Math.floor(act.who / processes) });
  /** Splits, asks each process, and puts the answers back into order. */
  async function split<I, O>(
    items: readonly I[],
    placeOf: (item: I, at: number) => number,
    name: string,
    wrap: (at: number, mine: I[]) => unknown,
  ) {
    const start = machineTime() + (items.length === 1 ? 0 : LEAD);
    const answers: O[] = [];
    await Promise.all(
      children.map(async (child, at) => {
        const mine = items.flatMap((item, place) => (placeOf(item, place) % processes === at ? [place] : []));
        if (mine.length === 0) return;
        const asked = mine.map((place) => items[place] as I);
        const told = await child.ask<O[]>(name, wrap(start, asked));
        for (const [number, answer] of told.entries()) answers[mine[number] ?? 0] = answer;
      }),
    );
    return answers;
  }
  const together = (acts: readonly RaceAct[]) =>
    split<RaceAct, RaceAnswer>(
      acts,
      ({ who }) => who,
      'race',
      (at, mine) => ({ at, acts: mine.map(local) }),
    );
  return {
    together,
    one: async (act) => {
      const [answer] = await together([act]);
      if (answer === undefined) throw new Error('there was no answer');
      return answer;
    },
    posts: (posts) =>
      split<RacePost, PostAnswer>(
        posts,
        (_, at) => at,
        'posts',
        (at, mine) => ({ at, posts: mine }),
      ),
    pace: ({ rate, seconds, writes }) =>
      Promise.all(
        children.map((child, at) =>
          child.ask<Paced>('pace', {
            rate: rate / processes,
            seconds,
            writes: writes.filter(({ who }) => childOf(who) === children[at]).map(local),
          } satisfies Pace),
        ),
      ),
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map((child) => child[Symbol.asyncDispose]()));
    },
  };
}
