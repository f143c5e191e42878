/** Snoozed conversations on two servers (T1): each wakes once, whoever dies. */

import { setSnooze } from '@latchbox/shared/http/conversations';
import { expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { staysTrue, toldOf } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld } from '../tools/world.ts';

test('a snoozed conversation wakes once, on time, for everybody, though the server that put it to sleep was killed', async () => {
  await using world = await startWorld({
    servers: 2,
    seed: {
      inboxes: { orders: { times: SHORT, conversations: 12 } },
      agents: { ann: {}, ben: {} },
    },
  });
  const ben = await world.connect('ben', { server: 1 });
  await ben.wire.subscribe(world.stream('orders'));
  const ids = world.seeded.inboxes['orders']?.conversations ?? [];
  const until = Date.now() + 2_000;
  const ann = world.rest('ann');
  await Promise.all(
    ids.map((conversation) => ann.call(setSnooze, { params: { conversation }, body: { until } })),
  );
  const asleep = () =>
    world.rows("SELECT 1 FROM conversations WHERE status = 'snoozed' AND snoozed_until IS NOT NULL").length;
  expect(asleep()).toBe(ids.length);
  await world.server(0).kill9();
  await staysTrue(
    'they sleep',
    () => Date.now() >= until - 50 || asleep() === ids.length,
    until - Date.now(),
  );
  await eventually('all are awake', () => asleep() === 0, 500 + 2 * SLACK);
  for (const id of ids) {
    const { row, entry } = await toldOf(
      ben,
      'entry.added',
      id,
      (data) => data.entry.kind === 'activity' && data.row.status === 'open',
    );
    expect(entry).toMatchObject({ author: null, what: { type: 'status', to: 'open' } });
    expect(row).not.toHaveProperty('snoozedUntil');
    expect(entry.at).toBeGreaterThanOrEqual(until);
  }
  await world.server(0).restart();
  // Both look for what is due now: each has been woken once.
  await staysTrue(
    'nothing wakes twice',
    () => world.rows("SELECT 1 FROM entries WHERE kind = 'activity'").length === 2 * ids.length,
    1_200,
  );
  await world.check();
});
