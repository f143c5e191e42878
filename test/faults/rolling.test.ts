/** Servers restarted one after the other under load: nobody loses a lock or a text, and no send fails. */

import { createLatchbox, type LatchboxClient } from '@latchbox/client';
import { expect, test } from 'vitest';
import { pause } from '../tools/eventually.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

const NAMES = ['ann', 'ben', 'cleo', 'dan'];
const ROUNDS = 1;

interface Writer {
  /** How many replies were confirmed; rejects with the first that was not. */
  finish(): Promise<number>;
}

/** Takes a conversation and answers in it again and again, as fast as the answers come. */
async function startWriter(world: World, client: LatchboxClient, id: string): Promise<Writer> {
  const conversation = client.conversation(id);
  const view = conversation.open();
  await conversation.ready;
  await conversation.lock.acquire();
  let stopped = false;
  const write = async (): Promise<number> => {
    let confirmed = 0;
    while (!stopped) {
      conversation.activity('reply');
      await conversation.reply({ body: `Answer ${confirmed + 1}` }).confirmed;
      confirmed += 1;
      await pause(20);
    }
    return confirmed;
  };
  const done = write();
  done.catch(() => undefined);
  return {
    async finish() {
      stopped = true;
      const confirmed = await done;
      const lock = conversation.lock.getSnapshot();
      expect(lock.status).toBe('mine');
      view.release();
      const stored = world.rows('SELECT 1 FROM replies WHERE conversation_id = ?', id).length;
      expect(stored).toBe(confirmed);
      return confirmed;
    },
  };
}

test('three servers drained and restarted in turn under the writing of four agents', async () => {
  await using world = await startWorld({
    servers: 3,
    seed: {
      inboxes: {
        front: {
          lockOn: 'open',
          times: { ...SHORT, lockTtl: 15_000, reconnectGrace: 10_000 },
          conversations: NAMES.length,
        },
      },
      agents: Object.fromEntries(NAMES.map((name) => [name, {}])),
    },
  });
  const urls = world.servers.map(({ url }) => url);
  const clients: LatchboxClient[] = [];
  try {
    const writers: Writer[] = [];
    for (const [place, name] of NAMES.entries()) {
      // Half of them begin at the other server.
      const url = place % 2 === 0 ? urls : urls.toReversed();
      const client = createLatchbox({ url, auth: () => Promise.resolve(world.agent(name).token) });
      clients.push(client);
      await client.connect();
      writers.push(await startWriter(world, client, world.conversation('front', place)));
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const server of world.servers) {
        expect(await server.sigterm()).toEqual({ code: 0, signal: null });
        await server.restart();
      }
    }
    const counts = await Promise.all(writers.map((writer) => writer.finish()));
    for (const count of counts) expect(count).toBeGreaterThan(ROUNDS);
    expect(world.rows(`SELECT 1 FROM lock_epochs WHERE ended_at IS NOT NULL`)).toEqual([]);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
  await world.check(['I12']);
});
