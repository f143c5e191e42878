/** A process of clients: agents with the SDK, and customers. It does what its driver says, and tells what it saw. */

import { createRandom } from '../random.ts';
import { type Agent, startAgent } from './agent.ts';
import { type Customers, startCustomers } from './customer.ts';
import type { FromClients, Start, ToClients } from './messages.ts';
import { createRecorder } from './recorder.ts';

/** How often what was recorded goes to the driver, ms. */
const BATCH_EVERY = 300;

const recorder = createRecorder();
const agents: Agent[] = [];
const tokens = new Map<string, string>();
let customers: Customers | undefined;

function say(message: FromClients): void {
  process.send?.(message);
}

function flush(): void {
  const batch = recorder.take();
  if (batch !== undefined) say({ say: 'batch', batch });
}

function start(order: Start): void {
  const random = createRandom(order.seed).fork(`group ${order.group}`);
  for (const [name, token] of Object.entries(order.tokens)) tokens.set(name, token);
  const { urls, conversations, pace, mailPorts, doors } = order;
  for (const player of order.players) {
    agents.push(
      startAgent({
        name: player.name,
        agentId: player.agentId,
        urls,
        recorder,
        random: random.fork(player.name),
        conversations,
        colleagues: order.agentIds.filter((id) => id !== player.agentId),
        pace,
        token: () => tokens.get(player.agent) ?? '',
      }),
    );
  }
  customers = startCustomers({
    urls,
    mailPorts,
    doors,
    recorder,
    random: random.fork('customers'),
    pace: 3 * pace,
  });
  setInterval(flush, BATCH_EVERY);
}

async function obey(order: ToClients): Promise<void> {
  switch (order.order) {
    case 'start':
      start(order);
      return say({ say: 'ready' });
    case 'token':
      tokens.set(order.agent, order.token);
      return;
    case 'settle':
      await Promise.all([...agents.map((agent) => agent.settle()), customers?.settle()]);
      flush();
      return say({ say: 'settled' });
    case 'report': {
      const shown = await Promise.all(agents.map((agent) => agent.show()));
      flush();
      return say({ say: 'shown', shown });
    }
    case 'end':
      await Promise.all(agents.map((agent) => agent.close()));
      flush();
      process.disconnect();
      process.exit(0);
  }
}

process.on('message', (order: ToClients) => {
  obey(order).catch((error: unknown) => say({ say: 'failed', error: String(error) }));
});
for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
  process.on(event, (error: unknown) => {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    recorder.wrong('I31', `a client process: ${event}: ${told}`);
  });
}
// The driver is gone: so is the run.
process.on('disconnect', () => process.exit(0));
