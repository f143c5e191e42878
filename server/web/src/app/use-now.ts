import { useMemo, useSyncExternalStore } from 'react';
import { useClient } from './client.ts';

/**
 * The server's time, in steps of `every` ms: a component renders again at each step and not between. For texts like
 * "4 min"; a countdown has its own (`Countdown`).
 */
export function useNow(every = 20_000): number {
  const { clock } = useClient();
  const steps = useMemo(
    () => ({
      getSnapshot: (): number => Math.floor(clock.now() / every) * every,
      subscribe: (onChange: () => void): (() => void) => {
        const timer = setInterval(onChange, every);
        return () => clearInterval(timer);
      },
    }),
    [clock, every],
  );
  return useSyncExternalStore(steps.subscribe, steps.getSnapshot, steps.getSnapshot);
}
