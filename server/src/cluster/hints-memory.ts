import { type Log, silentLog } from '../lib/log.ts';
import { createLocalHints } from './hints-local.ts';
import type { Hints } from './hints.ts';

/** Hints within one process; several services (in tests: several servers) may share them. */
export function createMemoryHints(log: Log = silentLog): Hints {
  const local = createLocalHints(log);
  return {
    publish: (channel, message, here = message) => local.deliver(channel, here),
    subscribe: (channel, receive) => local.add(channel, receive),
    close: async () => local.clear(),
  };
}
