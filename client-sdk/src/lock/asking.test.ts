import { expect, test } from 'vitest';
import { createFakeServer, type FakeServer } from '../testing/index.ts';
import { join, rejection, said } from '../test-clients.ts';

/** Ben holds c1, and is a colleague without a client; Ana looks at it. */
async function watching(server: FakeServer = createFakeServer()) {
  const ben = server.colleague('ben');
  ben.takes('c1');
  const joined = await join(server);
  const conversation = joined.client.conversation('c1');
  const lease = conversation.open({ lock: 'none' });
  await conversation.ready;
  await server.flush();
  return { server, ben, ...joined, conversation, lock: conversation.lock, lease };
}

test('a question of a session that is over is asked again for the next one', async () => {
  const { server, line, lock, ben } = await watching();
  const asking = lock.ask('please');
  await server.flush();
  line.cut();
  for (const session of server.gateway.sessions()) session.ended = true;
  await server.advance(1_000);
  line.mend();
  await server.advance(9_000);
  expect(said(server).filter((name) => name === 'lock.ask')).toHaveLength(2);
  ben.replies('c1', 'pass');
  await server.flush();
  expect((await asking).signal.aborted).toBe(false);
});

test('a question whose end was missed is over when everything is read afresh', async () => {
  const { server, line, lock, ben } = await watching();
  const asking = rejection(lock.ask());
  await server.flush();
  line.cut();
  server.settings.replayMost = 0;
  ben.replies('c1', 'keep');
  server.customerWrites('c1', 'Hello?');
  line.mend();
  await server.advance(5_000);
  expect(await asking).toMatchObject({ code: 'lock_held', details: { holder: { id: 'ben' } } });
});

test('a question that nobody tells of any more ends by itself', async () => {
  const { server, lock } = await watching();
  const asking = rejection(lock.ask());
  await server.flush();
  server.gateway.deaf.add('ana');
  server.settings.headBeat = 3_600_000;
  // The answer is lost as well: only the deadline is known.
  await server.advance(80_000);
  expect(await asking).toMatchObject({ code: 'timeout' });
});

test('a question ends by itself after its time, also when the clocks of servers are an hour apart', async () => {
  const { server, runtime, lock } = await watching();
  server.settings.headBeat = 3_600_000;
  runtime.skew = -3_600_000;
  const asking = rejection(lock.ask());
  await server.flush();
  server.gateway.deaf.add('ana');
  await server.advance(80_000);
  expect(await asking).toMatchObject({ code: 'timeout' });
});

test('a question about what is not to be seen any more is over at once', async () => {
  const { server, line, lock } = await watching();
  const asking = rejection(lock.ask());
  await server.flush();
  line.cut();
  server.setCapability('ana', 'support', null);
  line.mend();
  await server.advance(5_000);
  expect(await asking).toMatchObject({ code: 'not_found' });
});

test('taking a question back keeps the place in line', async () => {
  const { server, lock } = await watching();
  lock.join();
  const abort = new AbortController();
  const asking = rejection(lock.ask('', { signal: abort.signal }));
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ place: 1, asked: { deadline: expect.any(Number) } });
  abort.abort();
  expect(await asking).toMatchObject({ code: 'aborted' });
  await server.flush();
  expect(lock.getSnapshot()).toMatchObject({ status: 'theirs', place: 1, asked: null });
});
