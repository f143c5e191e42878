import { createLatchbox } from '../create.ts';
import { breakable, createFakeServer, type FakeRuntime, type FakeServer } from '../testing/index.ts';
import type { ContractWorld, Participant } from './world.ts';

const TIMES = {
  lockTtl: 9_000,
  reconnectGrace: 6_000,
  idleAfter: 6_000,
  idleGrace: 3_000,
  askGrace: 4_000,
  offerTime: 3_000,
  handOverTime: 5_000,
};

/** The behaviours' world on the fake server. `close` ends all clients. */
export async function fakeWorld(
  seed: number,
): Promise<ContractWorld & { readonly server: FakeServer; close(): Promise<void> }> {
  const server = createFakeServer({ seed });
  for (const inbox of ['support', 'sales']) server.setTimes(inbox, TIMES);
  // Somebody who is no admin, and may not take over by that.
  server.addAgent('ana', 'Ana', { inboxes: { support: 'reply', sales: 'reply' } });
  server.newConversation({ id: 'c2', from: 'Otto', body: 'Which colours are there?' });
  const tabs = new Map<string, FakeRuntime>();
  const joined: Participant[] = [];
  return {
    server,
    ana: 'ana',
    ben: 'ben',
    cleo: 'cleo',
    openInbox: 'support',
    first: 'c1',
    second: 'c2',
    composeInbox: 'sales',
    composed: 'd1',
    times: TIMES,
    typingExpires: 6_000,
    async join(agentId, tab = 'tab') {
      const key = `${agentId} ${tab}`;
      const runtime = tabs.get(key) ?? server.newRuntime();
      // The page before it in the same tab, if there was one, is unloaded.
      runtime.unload();
      tabs.set(key, runtime);
      const participant = participantOf(server, agentId, runtime);
      joined.push(participant);
      await participant.client.connect();
      await server.flush();
      return participant;
    },
    async customerWrites(id, body) {
      server.customerWrites(id, body);
      await server.flush();
    },
    async revoke(agentId, inboxId) {
      server.setCapability(agentId, inboxId, null);
      await server.flush();
    },
    async letMembersTakeOver() {
      for (const inbox of ['support', 'sales']) server.setTakeOverBy(inbox, 'members');
      await server.flush();
    },
    async restart() {
      server.down();
      await server.advance(500);
      server.up();
    },
    pass: (ms) => server.advance(ms),
    async close() {
      await Promise.all(joined.map(({ client }) => client.close()));
      await server.flush();
    },
  };
}

function participantOf(server: FakeServer, agentId: string, runtime: FakeRuntime): Participant {
  const line = breakable(server.transport);
  const client = createLatchbox({
    url: 'fake:',
    auth: async () => agentId,
    transport: line.transport,
    runtime,
  });
  return { agentId, client, cut: () => line.cut(), mend: () => line.mend() };
}
