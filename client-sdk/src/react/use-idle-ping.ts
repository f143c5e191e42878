import { useMemo, useSyncExternalStore } from 'react';
import type { LatchboxClient } from '../client.ts';
import type { Conversation } from '../conversation/types.ts';
import type { Unsubscribe } from '../lib/scope.ts';
import { useClient } from './provider.ts';

export interface IdlePing {
  /** How long there still is to answer, in whole seconds. */
  readonly secondsLeft: number;
  /** "Yes, still working." */
  readonly stay: () => void;
  /** "No": gives the lock back. The text is kept as a draft. */
  readonly release: () => Promise<void>;
}

const nobodyAsks = (): null => null;

/** The seconds left as a store: the only one that changes by time alone, once a second and only while it is asked. */
function countdown(clock: LatchboxClient['clock'], { lock }: Conversation) {
  const msLeft = (): number | null => {
    const state = lock.getSnapshot();
    if (state.status !== 'mine' || state.idle.phase !== 'asked') return null;
    return Math.max(0, state.idle.deadline - clock.now());
  };
  const seconds = (): number | null => {
    const left = msLeft();
    return left === null ? null : Math.ceil(left / 1_000);
  };
  const subscribe = (onChange: () => void): Unsubscribe => {
    let stop = (): void => {};
    const arm = (): void => {
      stop();
      const left = msLeft();
      // To the moment at which the shown number is over, so that a late timer makes no later one late.
      if (left !== null && left > 0) stop = clock.later(left % 1_000 || 1_000, changed);
    };
    const changed = (): void => {
      arm();
      onChange();
    };
    const off = lock.subscribe(changed);
    arm();
    return () => {
      stop();
      off();
    };
  };
  return { seconds, subscribe };
}

/** "Are you still working?" with its countdown, or null while nobody asks. Renders once a second, and only where it is used. */
export function useIdlePing(conversation: Conversation): IdlePing | null {
  const { clock } = useClient('useIdlePing');
  const { seconds, subscribe } = useMemo(() => countdown(clock, conversation), [clock, conversation]);
  const secondsLeft = useSyncExternalStore(subscribe, seconds, nobodyAsks);
  return useMemo(() => {
    const { lock } = conversation;
    if (secondsLeft === null) return null;
    return { secondsLeft, stay: () => lock.stay(), release: () => lock.release() };
  }, [conversation, secondsLeft]);
}
