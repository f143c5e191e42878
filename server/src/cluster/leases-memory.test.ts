import { ManualClock } from '../lib/manual-clock.ts';
import { leasesContract } from './contract/leases.ts';
import { createMemoryLeases } from './leases-memory.ts';

leasesContract('in the process', async () => {
  const clock = new ManualClock();
  const leases = createMemoryLeases(clock);
  const known = new Set<string>();
  return {
    here: { ...leases, acquire: (key, ttl) => leases.acquire(known.add(key) && key, ttl) },
    there: leases,
    over: (_, ttl) => clock.advance(ttl),
    jump: (ms) => clock.jump(ms),
    async stored() {
      const standing = await Promise.all(
        [...known].map(async (key) => {
          const answer = await leases.acquire(key, 1);
          if (answer.status === 'granted') await leases.release(key, answer.token);
          return answer.status === 'held' ? [key] : [];
        }),
      );
      return standing.flat().sort();
    },
    close: () => leases.close(),
  };
});
