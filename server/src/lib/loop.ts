import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

export interface Loop {
  start(): void;
  /** One look now, beside the others. */
  look(): Promise<void>;
  /** Looks at once, if it was started. */
  poke(): void;
  /** Looks no more, and resolves when the look under way is over. */
  stop(): Promise<void>;
}

/** Looks every so often (ms) for something to do, one look at a time. A look that fails is logged, and the next one comes. */
export function createLoop(deps: {
  readonly clock: Clock;
  readonly log: Log;
  readonly every: number;
  /** Ms from the start to the first look; left out: it is at once. */
  readonly firstAfter?: number;
  /** Of a failure, in the log. */
  readonly what: string;
  /** `isOver`: whether the loop was stopped meanwhile, for a look that takes long. */
  readonly look: (isOver: () => boolean) => Promise<void>;
}): Loop {
  const { clock, log, every, firstAfter, what } = deps;
  let state: 'new' | 'resting' | 'looking' | 'again' | 'stopped' = 'new';
  let running: Promise<void> = Promise.resolve();
  let cancel = (): void => undefined;

  const look = (): Promise<void> =>
    deps.look(() => state === 'stopped').catch((error: unknown) => log.error(what, { error: String(error) }));

  function run(): void {
    cancel();
    state = 'looking';
    running = look().then(afterLook);
  }

  function afterLook(): void {
    if (state === 'stopped') return;
    if (state === 'again') run();
    else rest(every);
  }

  function rest(ms: number): void {
    state = 'resting';
    cancel = clock.setTimer(ms, run);
  }

  return {
    start() {
      if (state !== 'new') return;
      if (firstAfter === undefined) run();
      else rest(firstAfter);
    },
    look,
    poke() {
      if (state === 'resting') run();
      else if (state === 'looking') state = 'again';
    },
    async stop() {
      state = 'stopped';
      cancel();
      await running;
    },
  };
}
