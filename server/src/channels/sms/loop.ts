import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';

export interface Loop {
  start(): void;
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
  /** Of a failure, in the log. */
  readonly what: string;
  readonly look: () => Promise<void>;
}): Loop {
  const { clock, log, every, what, look } = deps;
  let state: 'new' | 'resting' | 'looking' | 'again' | 'stopped' = 'new';
  let running: Promise<void> = Promise.resolve();
  let cancel = (): void => undefined;

  function run(): void {
    cancel();
    state = 'looking';
    running = look()
      .catch((error: unknown) => log.error(what, { error: String(error) }))
      .then(rest);
  }

  function rest(): void {
    if (state === 'stopped') return;
    if (state === 'again') return run();
    state = 'resting';
    cancel = clock.setTimer(every, run);
  }

  return {
    start() {
      if (state === 'new') run();
    },
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
