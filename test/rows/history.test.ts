import { lockHistory } from '@latchbox/shared/http/locks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal, toldEnd, toldOf } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';
import { opened, people } from './stage.ts';

/** Not shorter: the last holder must not be asked before everything about the lock was read, on a busy machine too. */
const IDLE_AFTER = 2_500;

let world: World;

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: { orders: { times: { ...SHORT, idleAfter: IDLE_AFTER, idleGrace: 600 } } },
      agents: { ana: {}, ben: {}, '=ca"lc,': {}, eve: { inboxes: [] } },
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

test('L19: who held it, from when to when, when they were asked and why it ended: over the socket, in the SDK and as CSV', async () => {
  const id = world.conversation('orders');
  await using ana = await world.connect('ana');
  await using ben = await world.connect('ben');
  await using odd = await world.connect('=ca"lc,');
  await ben.wire.subscribe(world.stream('orders'));
  const began = Date.now();
  const first = await ana.acquire(id);
  await toldOf(ben, 'lock.changed', id, ({ step }) => step === 'idle_due');
  await toldEnd(ben, id, first.fence, 600 + 4 * SLACK);
  const second = await odd.acquire(id);
  await odd.send(id, { fence: second.fence, lastSeen: 1 });
  const third = await ben.acquire(id);

  const { periods, hasMore } = await ben.wire.call('conversation.history', {
    conversationId: id,
    before: null,
    limit: 100,
  });
  expect(hasMore).toBe(false);
  expect(periods.map(({ fence, holder, endReason }) => [fence, holder.name, endReason])).toEqual([
    [third.fence, 'ben', null],
    [second.fence, '=ca"lc,', 'sent'],
    [first.fence, 'ana', 'idle'],
  ]);
  const [open, , idle] = periods;
  expect(open).toMatchObject({ to: null, askedAt: null });
  expect(idle?.from).toBeGreaterThanOrEqual(began - 50);
  expect(idle?.askedAt).toBeGreaterThanOrEqual((idle?.from ?? 0) + IDLE_AFTER);
  expect(idle?.to).toBeGreaterThanOrEqual((idle?.askedAt ?? 0) + 600);

  await using sdk = people(world);
  expect(await (await opened(await sdk.join('ana'), id, 'none')).history()).toEqual(periods);
  expect((await world.rest('ana').call(lockHistory, { params: { conversation: id } })).periods).toEqual(
    periods,
  );

  const answer = await fetch(`${world.server().url}/api/conversations/${id}/lock-history?format=csv`, {
    headers: { authorization: `Bearer ${world.agent('ana').token}` },
  });
  expect(answer.headers.get('content-type')).toContain('text/csv');
  expect(answer.headers.get('content-disposition')).toContain('attachment');
  const lines = (await answer.text()).trim().split('\r\n');
  const time = (ms: number | null | undefined) => (ms == null ? '' : new Date(ms).toISOString());
  expect(lines[0]).toBe('fence,holder,from,to,asked at,end reason,ended by,asked for by');
  expect(lines[3]).toBe(
    `${first.fence},ana,${time(idle?.from)},${time(idle?.to)},${time(idle?.askedAt)},idle,,`,
  );
  // Opened in a spreadsheet, a name stays a name.
  expect(lines[2]).toContain(`"'=ca""lc,"`);
  await refusal('not_found', world.rest('eve').call(lockHistory, { params: { conversation: id } }));
});
