import { hintsContract } from './contract/hints.ts';
import { createMemoryHints } from './hints-memory.ts';

hintsContract('in the process', async () => {
  const hints = createMemoryHints();
  const atOnce = () => Promise.resolve();
  return { here: hints, there: hints, settled: atOnce, arrived: atOnce, close: () => hints.close() };
});
