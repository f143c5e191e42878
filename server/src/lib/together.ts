import { nextTurn } from './next-turn.ts';

/** Turns of the event loop that the first one waits for others: next to nothing where it is quiet. */
const TURNS = 6;

/**
 * Gathers what is asked within a few turns of the event loop and answers it all with one call of `work`, which gets the items in
 * the order they came and answers in that order. Where it is quiet that is one item, and no wait to speak of. An error of `work` is
 * everybody's whose item was in it.
 */
export function createTogether<T, R>(
  most: number,
  work: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  let waiting: {
    readonly item: T;
    readonly done: (result: R) => void;
    readonly failed: (error: unknown) => void;
  }[] = [];

  async function run(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
    const asked = waiting;
    waiting = [];
    for (let at = 0; at < asked.length; at += most) {
      const some = asked.slice(at, at + most);
      try {
        const results = await work(some.map(({ item }) => item));
        for (const [index, { done }] of some.entries()) done(results[index] as R);
      } catch (error) {
        for (const { failed } of some) failed(error);
      }
    }
  }

  return (item) =>
    new Promise<R>((done, failed) => {
      waiting.push({ item, done, failed });
      if (waiting.length === 1) void run();
    });
}
