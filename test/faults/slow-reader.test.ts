/** A client that stops reading is let go of: by the server's books, and by the machine too. */

import { randomUUID } from 'node:crypto';
import { addNote } from '@latchbox/shared/http/replies';
import { expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { COMMIT_POINT, RIG_PATCHES } from '../tools/failpoints.ts';
import { rawReader } from '../tools/raw-reader.ts';
import { copySources } from '../tools/source-copy.ts';
import { startWorld } from '../tools/world.ts';

/** More than the kernel takes for a connection that nobody reads from. */
const NOTES = 120;
const BYTES = 60_000;

test('a connection that nobody reads from is gone soon after its ping was missed, with what waited for it', async () => {
  await using world = await startWorld({
    seed: { inboxes: { noise: { conversations: 1 } }, agents: { rolf: {} } },
  });
  const { port } = world.server();
  const reader = await rawReader(port, world.agent('rolf').token, world.stream('noise'));
  try {
    reader.slow(0);
    const params = { conversation: world.conversation('noise') };
    for (let note = 0; note < NOTES; note += 1)
      await world
        .rest('rolf')
        .call(addNote, { params, body: { clientId: randomUUID(), body: 'slow '.padEnd(BYTES, 'x') } });
    // Half a minute is how long a WebSocket would wait for a goodbye that cannot come.
    await eventually('the connection is closed', () => reader.isClosed(), 10_000);
    const text = await (await fetch(`${world.server().url}/metrics`)).text();
    expect(text).toMatch(/^latchbox_sockets 0$/m);
  } finally {
    reader.destroy();
  }
});

test('the answer to the commit of a hello gets lost: the reader gets in all the same', async () => {
  await using sources = await copySources(RIG_PATCHES);
  await using world = await startWorld({
    sources: sources.top,
    seed: { inboxes: { noise: { conversations: 1 } }, agents: { rolf: {} } },
  });
  const server = world.server();
  await server.arm(COMMIT_POINT, 'throw', 0);
  const reader = await rawReader(server.port, world.agent('rolf').token, world.stream('noise'));
  try {
    expect(await reader.isClosed()).toBe(false);
    const refused = /^latchbox_refusals_total\{.*call="hello".*\} (\d+)$/m;
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(refused.exec(metrics)?.[1], metrics).toBe('1');
  } finally {
    reader.destroy();
  }
});
