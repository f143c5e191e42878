import { expect, test } from 'vitest';
import { ManualClock } from '../lib/manual-clock.ts';
import { entryOf, registryContract, SHORT } from './contract/registry.ts';
import { createMemoryRegistry } from './registry-memory.ts';

registryContract('in the process', async () => {
  const clock = new ManualClock();
  const registry = createMemoryRegistry(clock);
  return { here: registry, there: registry, over: () => clock.advance(SHORT), close: () => registry.close() };
});

test('a jump of the wall clock ends no entry', async () => {
  const clock = new ManualClock();
  const registry = createMemoryRegistry(clock);
  await registry.put([entryOf('ses_1')], 1_000);
  clock.jump(3_600_000);
  expect(await registry.inInbox('ibx_1')).toHaveLength(1);
});
