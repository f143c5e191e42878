/** What breaks things. One file a nemesis; the numbers are those of the reliability notes. */

import type { Random } from '../random.ts';
import type { ServerProcess } from '../../tools/server-process.ts';
import type { Rig } from '../rig/rig.ts';

export type NemesisName = `N${number}`;

export interface Nemesis {
  readonly name: NemesisName;
  /** What it does, for people. */
  readonly what: string;
  /**
   * What it works on. Two nemeses of one lane never work at the same time: a server that is being restarted is not also stopped. Those
   * of different lanes do.
   */
  readonly lane: 'machines' | 'people';
  /** How often it is chosen in the mix, beside the others. */
  readonly weight: number;
  /** One fault, from its beginning to its end. Answers what was done, in a few words. `signal`: end early. */
  run(rig: Rig, random: Random, signal: AbortSignal): Promise<string>;
  /** Mends whatever `run` may have left behind, also when it threw. */
  heal?(rig: Rig): Promise<void>;
}

/** Waits, but not beyond the end of the faults. */
export async function hold(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((done) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}

/** A whole number from `least` to `most`. */
export const between = (random: Random, least: number, most: number): number =>
  least + random.below(most - least + 1);

/** Something that a nemesis remembers of each run. */
export function ofRun<T>(make: () => T): (rig: Rig) => T {
  const made = new WeakMap<Rig, T>();
  return (rig) => {
    const known = made.get(rig) ?? make();
    made.set(rig, known);
    return known;
  };
}

/** Lets a frozen server go on, with no failpoint left in its way: one that is still armed would freeze it again at once. */
export async function thaw(server: ServerProcess): Promise<void> {
  if (!server.running) return;
  const timer = setInterval(() => server.sigcont(), 50);
  server.sigcont();
  // It may be blocked, or die in the meantime.
  await server.disarm().catch(() => undefined);
  clearInterval(timer);
}
