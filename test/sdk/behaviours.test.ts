import { describe, test } from 'vitest';
import { BEHAVIOURS } from '@latchbox/client/contract';
import { realWorld } from './real-core.ts';

describe('on the real server core', () => {
  test.each(BEHAVIOURS.map((behaviour) => [behaviour.name, behaviour] as const))(
    '%s',
    async (_name, behaviour) => {
      const world = await realWorld();
      try {
        await behaviour.run(world);
      } finally {
        await world.close();
      }
    },
  );
});
