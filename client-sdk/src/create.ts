import type { LatchboxClient, LatchboxOptions } from './client.ts';
import { ServerClock } from './connection/clock.ts';
import { type Core, DEFAULT_TIMINGS, newId, timersOf } from './core.ts';
import { Keeper } from './keeper.ts';
import { Scope } from './lib/scope.ts';
import { completeRuntime } from './runtime.ts';

/** Makes a client. Pure: nothing connects, listens or waits before `connect()`. */
export function createLatchbox(options: LatchboxOptions): LatchboxClient {
  const runtime = completeRuntime(options.runtime);
  const log: Core['log'] = (entry) => options.log?.(entry);
  const scope = new Scope((message, data) => log({ level: 'error', message, data }));
  const core: Core = {
    runtime,
    log,
    scope,
    later: timersOf(runtime, scope),
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    clock: new ServerClock(runtime.now),
    newId: () => newId(runtime.random),
  };
  return new Keeper(core, options);
}
