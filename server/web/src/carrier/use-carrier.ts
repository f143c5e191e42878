import { useCallback, useEffect, useState } from 'react';
import type { Carrier, CarrierCalls } from './carrier-api.ts';

/** How often it is asked for news, in ms. A hidden tab does not ask. */
const EVERY = 1_500;

interface CarrierState {
  /** Null before the first answer. */
  readonly carrier: Carrier | null;
  readonly error: unknown;
}

/** What the carrier has, asked for again and again while the page is looked at; `act` does something and asks at once. */
export function useCarrier(calls: CarrierCalls): CarrierState & {
  act: (work: () => Promise<void>) => Promise<boolean>;
} {
  const [state, setState] = useState<CarrierState>({ carrier: null, error: undefined });
  const [round, setRound] = useState(0);

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      if (document.visibilityState === 'visible') {
        try {
          const carrier = await calls.read(abort.signal);
          if (!abort.signal.aborted) setState({ carrier, error: undefined });
        } catch (error) {
          if (!abort.signal.aborted) setState((before) => ({ ...before, error }));
        }
      }
      if (!abort.signal.aborted) timer = setTimeout(() => void ask(), EVERY);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [calls, round]);

  const act = useCallback(async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      setRound((last) => last + 1);
      return true;
    } catch (error) {
      setState((before) => ({ ...before, error }));
      return false;
    }
  }, []);
  return { ...state, act };
}
