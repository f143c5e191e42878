import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { join, said } from '../test-clients.ts';

/** Ana is offered c1: one tab of hers knows it, the other came later and has read no row of it. */
async function offered() {
  const server = createFakeServer();
  const ben = server.colleague('ben');
  ben.takes('c1');
  const first = await join(server);
  first.client.conversation('c1').lock.join();
  await server.flush();
  ben.releases('c1');
  await server.flush();
  const { client } = await join(server);
  return { server, ben, client, lock: client.conversation('c1').lock };
}

test('what is offered already is known by the answer to joining, with no row that tells of it', async () => {
  const { server, lock } = await offered();
  expect(lock.getSnapshot().status).toBe('unknown');
  lock.join();
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ status: 'offered', until: expect.any(Number) });
  await lock.acceptOffer();
  expect(lock.getSnapshot().status).toBe('mine');
  expect(said(server)).toEqual(['lock.join', 'lock.join', 'lock.acceptOffer']);
});

test('and it is over with the first row that says so', async () => {
  const { server, lock } = await offered();
  lock.join();
  await server.flush();
  expect(lock.getSnapshot().status).toBe('offered');
  // Nobody takes it.
  await server.advance(120_000);
  expect(lock.getSnapshot().status).toBe('free');
});

test('who waits takes a turn that came while away, though all rows were forgotten meanwhile', async () => {
  const server = createFakeServer();
  server.settings.replayMost = 0;
  const ben = server.colleague('ben');
  const first = await join(server);
  const { client, line } = await join(server);
  const { lock } = client.conversation('c1');
  ben.takes('c1');
  await server.flush();
  first.client.conversation('c1').lock.join();
  await server.flush();
  line.cut();
  expect(lock.getSnapshot()).toMatchObject({ status: 'theirs', stale: true });
  const waiting = lock.acquire({ whenHeld: 'queue' });
  ben.releases('c1');
  line.mend();
  await server.advance(5_000);
  expect((await waiting).signal.aborted).toBe(false);
  expect(said(server).at(-1)).toBe('lock.acceptOffer');
});
