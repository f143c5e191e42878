import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createWorld,
  LOG_EPOCH,
  type MemoryConnection,
  soon,
  type TestServer,
  type World,
} from './testing/world.ts';

let world: World;
let server: TestServer;
let anna: MemoryConnection;
let ben: MemoryConnection;
beforeEach(async () => {
  world = await createWorld();
  server = world.server();
  anna = await server.join('anna');
  ben = await server.join('ben');
  for (const client of [anna, ben]) await client.do('stream.subscribe', { stream: world.inbox, after: null });
});
afterEach(() => world.close());

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
/** Writes in portions, with time in between, so that each is a frame of its own. */
async function write(portions: number, each: number, padding = 0): Promise<void> {
  for (let portion = 0; portion < portions; portion += 1) {
    await world.append(each, world.inbox, padding);
    await world.clock.advance(16);
  }
}

describe('a connection that does not read', () => {
  it('is paused at a bounded backlog, and goes on without a gap when it reads again', async () => {
    ben.pair.client.stall();
    await write(20, 150, 150);
    await soon('the others have all', () => anna.seqs(world.inbox).length === 3_000);
    expect(server.gateway.stats().slow).toBe(1);
    expect(ben.pair.peer.bufferedBytes()).toBeLessThan(1.4 * 1024 * 1024);
    ben.pair.client.read();
    await world.clock.advance(500);
    await soon('it has caught up', () => ben.seqs(world.inbox).length === 3_000);
    expect(ben.seqs(world.inbox)).toEqual(upTo(3_000));
    await world.append(1);
    await world.clock.advance(16);
    expect(ben.seqs(world.inbox)).toEqual(upTo(3_001));
    expect(server.gateway.stats().slow).toBe(0);
    expect(anna.seqs(world.inbox)).toEqual(upTo(3_001));
  });

  it('is paused when too many small frames wait', async () => {
    ben.pair.client.stall();
    await write(1_050, 1);
    expect(server.gateway.stats().slow).toBe(1);
    expect(ben.pair.peer.bufferedPackets()).toBeLessThanOrEqual(1_010);
    ben.pair.client.read();
    await world.clock.advance(500);
    await soon('it has caught up', () => ben.seqs(world.inbox).length === 1_050);
  });

  it('is closed when it has not caught up in ten seconds, while others go on', async () => {
    ben.pair.client.stall();
    await write(20, 150, 150);
    await world.clock.advance(11_000);
    await soon('it is closed', () => ben.closed);
    expect(server.gateway.stats()).toMatchObject({ slow: 0, closedAsSlow: 1, signedIn: 1 });
    await write(2, 150, 150);
    await soon('the others have all', () => anna.seqs(world.inbox).length === 3_300);
    expect(anna.seqs(world.inbox)).toEqual(upTo(3_300));
  });

  it('is paused in the middle of a replay and goes on there', async () => {
    await write(30, 150, 150);
    const late = await server.join('ben');
    late.emit(
      'stream.subscribe',
      { stream: world.inbox, after: { logEpoch: LOG_EPOCH, seq: 0 } },
      () => undefined,
    );
    late.pair.client.stall();
    await soon('it is slow', () => server.gateway.stats().slow === 1);
    expect(late.pair.peer.bufferedBytes()).toBeLessThan(1.4 * 1024 * 1024);
    late.pair.client.read();
    await world.clock.advance(2_000);
    await soon('it has caught up', () => late.seqs(world.inbox).length === 4_500);
    expect(late.seqs(world.inbox)).toEqual(upTo(4_500));
  });

  it('gets no large answers before it has read the ones it has', async () => {
    const body = 'x'.repeat(60_000);
    for (let each = 0; each < 15; each += 1)
      await anna.do('note.add', {
        conversationId: world.conversationId,
        clientId: `long-note-${each}`,
        body,
      });
    await world.clock.advance(5_000);
    const reader = await server.join('ben');
    reader.pair.client.stall();
    for (let each = 0; each < 40; each += 1)
      reader.emit(
        'conversation.open',
        { conversationId: world.conversationId, view: false, limit: 200 },
        () => undefined,
      );
    await soon('all are done', () => server.gateway.stats().refused >= 35);
    expect(reader.pair.peer.bufferedBytes()).toBeLessThan(3 * 1024 * 1024);
    await world.clock.advance(11_000);
    await soon('it is closed', () => reader.closed);
  });
});
