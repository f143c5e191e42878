import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { join, rejection, said } from '../test-clients.ts';
import { readAck } from './ack.ts';

test('a command that is not answered ends with timeout', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  server.gateway.mute.add('conversation.assign');
  const assigning = rejection(client.conversation('c1').assign('ben'));
  await server.advance(9_000);
  let over = false;
  void assigning.then(() => (over = true));
  await server.flush();
  expect(over).toBe(false);
  await server.advance(4_000);
  expect(await assigning).toMatchObject({ code: 'timeout', retry: 'later' });
});

test('a command waits for the connection, and ends with offline when none comes', async () => {
  const server = createFakeServer();
  const { client, line } = await join(server);
  line.cut();
  const kept = client.conversation('c1').assign('ben');
  line.mend();
  await server.advance(3_000);
  await kept;
  line.cut();
  const lost = rejection(client.conversation('c1').assign(null));
  await server.advance(13_000);
  expect(await lost).toMatchObject({ code: 'offline', retry: 'reconnect' });
});

test('a command whose answer was lost with the connection is said again', async () => {
  const server = createFakeServer({ auto: false });
  const { client, line } = await joinByHand(server);
  const acquiring = client.conversation('c1').lock.acquire();
  await server.network.step(0);
  line.blink();
  for (let time = 0; time < 40; time += 1) {
    await server.flush();
    await server.advance(50);
  }
  const lock = await acquiring;
  expect(lock.fence).toBe(1);
  const asked = server.commands.filter(({ name }) => name === 'lock.acquire');
  expect(asked).toHaveLength(2);
  expect(asked[0]?.input).toEqual(asked[1]?.input);
});

async function joinByHand(server: ReturnType<typeof createFakeServer>) {
  const joining = join(server);
  for (let time = 0; time < 10; time += 1) await server.flush();
  return await joining;
}

test('an aborted command is removed; a grant that comes all the same is given back', async () => {
  const server = createFakeServer();
  const { client, line } = await join(server);
  line.cut();
  const unsaid = new AbortController();
  const waiting = rejection(client.conversation('c1').lock.acquire({ signal: unsaid.signal }));
  unsaid.abort();
  expect(await waiting).toMatchObject({ code: 'aborted' });
  line.mend();
  await server.advance(3_000);
  expect(said(server)).toEqual([]);

  const tooLate = new AbortController();
  const asked = rejection(client.conversation('c1').lock.acquire({ signal: tooLate.signal }));
  tooLate.abort();
  expect(await asked).toMatchObject({ code: 'aborted' });
  await server.flush();
  expect(said(server)).toEqual(['lock.acquire', 'lock.release']);
  expect(server.world.conversations.get('c1')?.lock).toBeNull();
  expect(client.conversation('c1').lock.getSnapshot().status).toBe('free');
});

test('an answer that makes no sense counts as an error of the server', () => {
  for (const ack of [undefined, null, 5, 'ok', {}, { ok: 1 }, { ok: false }, { ok: false, error: {} }]) {
    expect(readAck(ack), JSON.stringify(ack)).toMatchObject({ error: { code: 'internal' } });
  }
  expect(
    readAck({ ok: false, error: { code: 'of_the_future', message: 'New.', requestId: 'req_1' } }),
  ).toMatchObject({
    error: { code: 'internal', details: { ref: 'req_1' } },
  });
});

test('commands that are answered at once cost no timer each', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const before = server.pendingTimers;
  for (let time = 0; time < 20; time += 1) await client.conversation('c1').lock.run(async () => {});
  // One sweep for all of them, and the lock's own timer at the server while it is held.
  expect(server.pendingTimers).toBeLessThanOrEqual(before + 1);
});
