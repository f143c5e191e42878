import type { Conversation } from '@latchbox/client';
import { type Ref, ref, watchEffect } from 'vue';
import { client } from './latchbox';
import { useReadable } from './use-readable';

/** Seconds left to answer "are you still working?"; null while nobody asks. Ticks once a second, by the server's clock. */
export function useIdlePing(conversation: () => Conversation): Ref<number | null> {
  const lock = useReadable(() => conversation().lock);
  const secondsLeft = ref<number | null>(null);
  watchEffect((onCleanup) => {
    const state = lock.value;
    const deadline = state.status === 'mine' && state.idle.phase === 'asked' ? state.idle.deadline : null;
    let stop = () => {};
    const tick = () => {
      const left = deadline === null ? null : Math.max(0, deadline - client.clock.now());
      secondsLeft.value = left === null ? null : Math.ceil(left / 1_000);
      if (left) stop = client.clock.later(left % 1_000 || 1_000, tick);
    };
    tick();
    onCleanup(() => stop());
  });
  return secondsLeft;
}
