/** The server as it is started, and besides what a benchmark asks of its memory and time. Its settings come from the environment. */
import { processorTime, restingHeap, restingMemory, serve } from './child.ts';

serve({ memory: restingMemory, heap: restingHeap, processor: processorTime });
process.argv.push('--empty');
await import('@latchbox/server/src/main.ts');
