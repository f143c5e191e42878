import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { HEARTBEAT_EVERY, type Instances } from './instances.ts';

/** Writes the heartbeat of this process again and again, until the answer is called. */
export function keepBeating(instances: Instances, clock: Clock, log: Log): () => void {
  let cancel = clock.setTimer(HEARTBEAT_EVERY, beat);
  let stopped = false;
  function beat(): void {
    instances
      .beat()
      .catch((error: unknown) => log.error('The heartbeat of this process was not written', { error }))
      .finally(() => {
        if (!stopped) cancel = clock.setTimer(HEARTBEAT_EVERY, beat);
      });
  }
  return () => {
    stopped = true;
    cancel();
  };
}
