import { describe, expect, test } from 'vitest';
import { BEHAVIOURS } from './behaviour.contract.ts';
import { fakeWorld } from './fake-world.ts';

describe.each([1, 2, 3])('on the fake server, seed %i', (seed) => {
  test.each(BEHAVIOURS.map((behaviour) => [behaviour.name, behaviour] as const))(
    '%s',
    async (_name, behaviour) => {
      const world = await fakeWorld(seed);
      try {
        await behaviour.run(world);
      } finally {
        await world.close();
      }
      await world.server.advance(60_000);
      expect(world.server.pendingTimers, 'timers that are left').toBe(0);
    },
  );
});
