import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWorld, LOG_EPOCH, type MemoryConnection, soon, type World } from './testing/world.ts';

let world: World;
let ben: MemoryConnection;
beforeEach(async () => {
  world = await createWorld();
  ben = await world.server().join('ben');
});
afterEach(() => world.close());

/** Every read of a replay has had its turn, and no timer. */
async function turns(count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) await new Promise<void>((done) => setImmediate(done));
}

it('asks with every batch whether its reader is still a member: no hint and no regular look is needed', async () => {
  await world.append(2_000);
  const after = { logEpoch: LOG_EPOCH, seq: 0 };
  ben.emit('stream.subscribe', { stream: world.inbox, after }, () => undefined);
  await soon('the replay has begun', () => ben.seqs(world.inbox).length > 0);
  world.hintsLost = true;
  await world.directory.removeMember({ agentId: world.admin.id }, world.inboxId, world.ben.id);
  const had = ben.seqs(world.inbox).length;
  await turns(200);
  expect(had).toBeLessThan(2_000);
  // The batch that was being read came out of the log before anybody could know.
  expect(ben.seqs(world.inbox).length).toBeLessThanOrEqual(had + 200);
});
