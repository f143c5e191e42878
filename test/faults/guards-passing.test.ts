/** The guards of passing on (L11–L14): what each is there for, done on purpose and judged by the record alone, as in `guards.test.ts`. */

import { removeMember } from '@latchbox/shared/http/inboxes';
import { expect, test } from 'vitest';
import { judge, tell } from '../tools/checkers.ts';
import { eventually } from '../tools/eventually.ts';
import type { HistoryClient } from '../tools/history-client.ts';
import type { Observations } from '../tools/history-record.ts';
import { monotonic } from '../tools/history.ts';
import { InvariantBroken, SHORT, startWorld, type World } from '../tools/world.ts';

const start = (redis = false): Promise<World> =>
  startWorld({
    redis,
    seed: {
      inboxes: { orders: { times: SHORT, conversations: 1 } },
      agents: { ann: {}, ben: {}, cleo: {}, mia: { role: 'admin', capability: 'manage' } },
    },
  });

/** Whatever the answer is: the record tells. */
const ignored = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);

/** Holds everything against the invariants, also who was a member until when. */
async function check(
  world: World,
  until: Readonly<Record<string, number>> = {},
  observed: Observations = {},
): Promise<void> {
  await world.check(['I20']);
  const { inboxId } = world.seeded.inboxes.orders!;
  const memberships = Object.entries(world.seeded.agents).map(([name, { id }]) => ({
    inboxId,
    agentId: id,
    from: 0,
    to: until[name] ?? null,
  }));
  const wrong = tell(judge({ ...world.run(), memberships, ...observed }, ['I20']).violations);
  if (wrong !== '') throw new InvariantBroken(wrong);
}

const statusOf = async (client: HistoryClient, conversationId: string): Promise<string> =>
  (await client.wire.call('conversation.open', { conversationId, view: false, limit: 1 })).row.lock.status;

test('the lease that goes along, and the record of a take-over', async () => {
  await using world = await start();
  const id = world.conversation('orders');
  const ann = await world.connect('ann');
  const ben = await world.connect('ben');
  const mia = await world.connect('mia');
  const { fence } = await ann.acquire(id);
  expect(await ann.handOver(id, fence, ben.actor.agentId)).toEqual({ state: 'passed' });
  // Who gave it away, and who may not take it.
  await ignored(ann.send(id, { fence, lastSeen: 1 }));
  await mia.takeOver(id);
  await check(world, {}, { leasesKept: true, bounds: { ttl: SHORT.lockTtl, slack: 250 } });
});

test('the turn: it is kept for one, also when Redis has forgotten the lease', async () => {
  await using world = await start(true);
  const id = world.conversation('orders');
  const ann = await world.connect('ann');
  const ben = await world.connect('ben');
  const cleo = await world.connect('cleo');
  const { fence } = await ann.acquire(id);
  await ben.join(id);
  await ann.release(id, fence);
  expect(await statusOf(cleo, id)).toBe('reserved');
  await ignored(cleo.acceptOffer(id));
  await world.redis?.flushall();
  world.history.nemesis('FLUSHALL');
  await ignored(cleo.acquire(id));
  await ignored(ben.acceptOffer(id));
  await check(world);
});

test('the line: a place ends with the membership', async () => {
  await using world = await start();
  const id = world.conversation('orders');
  const { inboxId } = world.seeded.inboxes.orders!;
  const ann = await world.connect('ann');
  const ben = await world.connect('ben');
  const { fence } = await ann.acquire(id);
  await ben.join(id);
  const params = { inbox: inboxId, agent: ben.actor.agentId };
  await world.rest('mia').call(removeMember, { params });
  const removed = monotonic();
  await eventually('the clock goes on', () => monotonic() > removed + 20);
  await ann.release(id, fence);
  await ignored(ben.acceptOffer(id));
  await check(world, { ben: removed });
});
