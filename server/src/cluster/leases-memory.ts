import { randomBytes } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { createExpiring } from './expiring.ts';
import type { Leases } from './leases.ts';

/** Leases of one process. They are as safe as the process is alone: it refuses to start beside another one on the same file. */
export function createMemoryLeases(clock: Clock): Leases {
  const tokens = createExpiring<string>(clock);

  return {
    acquire: async (key, ttl) => {
      const standing = tokens.get(key);
      if (standing !== undefined) return { status: 'held', token: standing };
      const token = randomBytes(16).toString('hex');
      tokens.set(key, token, ttl);
      return { status: 'granted', token };
    },
    restore: async (key, token, ttl) => {
      const standing = tokens.get(key);
      if (standing !== undefined && standing !== token) return 'held';
      tokens.set(key, token, ttl);
      return 'restored';
    },
    extend: async (key, token, ttl) => {
      if (tokens.get(key) !== token) return 'gone';
      tokens.set(key, token, ttl);
      return 'extended';
    },
    release: async (key, token) => {
      if (tokens.get(key) !== token) return 'gone';
      tokens.delete(key);
      return 'released';
    },
    check: async (leases) => leases.map(({ key, token }) => (tokens.get(key) === token ? 'held' : 'gone')),
    close: async () => tokens.clear(),
  };
}
