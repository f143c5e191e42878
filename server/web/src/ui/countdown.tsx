import { type ReactNode, useEffect, useState } from 'react';
import { useClient } from '../app/client.ts';
import { secondsLeft } from '../lib/time-words.ts';

/** Whole seconds until a deadline on the server's clock; the only thing on the page that ticks every second. */
export function useSecondsLeft(deadline: number): number {
  const { clock } = useClient();
  const [, setTick] = useState(0);
  const left = secondsLeft(deadline, clock.now());
  useEffect(() => {
    if (left <= 0) return undefined;
    // To the moment the number changes, so that it never shows one second for two.
    const next = deadline - clock.now() - (left - 1) * 1_000;
    const timer = setTimeout(() => setTick((tick) => tick + 1), Math.max(next, 0) + 5);
    return () => clearTimeout(timer);
  });
  return left;
}

/** Renders its child anew with every second that is left. */
export function Countdown({ until, children }: { until: number; children: (seconds: number) => ReactNode }) {
  return children(useSecondsLeft(until));
}
