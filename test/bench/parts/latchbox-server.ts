/** The server as it is started, and besides the one question what memory it uses. Its settings come from the environment. */
import { restingMemory, serve } from './child.ts';

serve({ memory: restingMemory });
process.argv.push('--empty');
await import('@latchbox/server/src/main.ts');
