import type { LatchboxClient, LatchboxOptions } from './client.ts';
import { createCore } from './core.ts';
import { Keeper } from './keeper.ts';

/** Makes a client. Pure: nothing connects, listens or waits before `connect()`. */
export function createLatchbox(options: LatchboxOptions): LatchboxClient {
  return new Keeper(createCore(options), options);
}
