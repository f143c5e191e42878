/** What a server says and does between SIGTERM and its end. */

import { expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { SHORT, startWorld } from '../tools/world.ts';

interface Ready {
  readonly status: number;
  readonly checks: Readonly<Record<string, boolean>>;
}

async function ready(url: string): Promise<Ready> {
  const answer = await fetch(`${url}/health/ready`);
  const { checks } = (await answer.json()) as Pick<Ready, 'checks'>;
  return { status: answer.status, checks };
}

test('it says that it is not ready, goes on serving, sends each client away at a moment of its own, and ends with 0', async () => {
  await using world = await startWorld({
    env: { DRAIN_NOTICE_MS: '1500', DRAIN_SPREAD_MS: '700' },
    seed: {
      inboxes: { orders: { lockOn: 'open', times: SHORT, conversations: 1 } },
      agents: { ann: {}, ben: {}, cleo: {}, dan: {} },
    },
  });
  const { url } = world.server();
  const id = world.conversation('orders');
  const clients = await Promise.all(['ann', 'ben', 'cleo', 'dan'].map((name) => world.connect(name)));
  const [ann] = clients;
  const { fence } = await ann!.acquire(id);
  expect(await ready(url)).toEqual({ status: 200, checks: { database: true } });

  const ended = world.server().sigterm();
  const draining = await eventually('it is not ready', async () => {
    const now = await ready(url);
    return now.status === 503 && now;
  });
  expect(draining.checks).toEqual({ database: true, serving: false });
  // A proxy that still sends requests here gets them answered, and puts no further ones onto the connection.
  const answer = await fetch(`${url}/health/live`);
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
  expect(await ann!.send(id, { fence, lastSeen: 1 })).toMatchObject({ lateSend: false });

  const moments = await Promise.all(
    clients.map(async ({ wire }) => {
      const goodbye = await wire.told('goodbye', (item) => item.t === 'goodbye');
      return goodbye;
    }),
  );
  const waits = moments.map((item) => (item as { readonly retryAfterMs: number | null }).retryAfterMs ?? -1);
  for (const wait of waits) expect(wait >= 0 && wait <= 700, String(wait)).toBe(true);
  expect(new Set(waits).size).toBeGreaterThan(1);
  expect(moments[0]).toMatchObject({ code: 'offline', message: 'This server stops.' });
  expect(await ended).toEqual({ code: 0, signal: null });
  // The lock is its holder's, who has a grace to come back.
  expect(world.rows('SELECT 1 FROM lock_epochs WHERE ended_at IS NULL')).toHaveLength(1);
});
