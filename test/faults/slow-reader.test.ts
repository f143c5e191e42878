/** A client that stops reading is let go of: by the server's books, and by the machine too. */

import { randomUUID } from 'node:crypto';
import { addNote } from '@latchbox/shared/http/replies';
import { expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { rawReader } from '../tools/raw-reader.ts';
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
