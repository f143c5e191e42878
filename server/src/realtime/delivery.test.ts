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
beforeEach(async () => {
  world = await createWorld();
  server = world.server();
  anna = await server.join('anna');
});
afterEach(() => world.close());

const at = (seq: number) => ({ logEpoch: LOG_EPOCH, seq });
const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + 1 + index);

describe('a subscription', () => {
  it('begins at the head when it says no cursor', async () => {
    await world.append(7);
    const answer = await anna.do('stream.subscribe', { stream: world.inbox, after: null });
    expect(answer).toMatchObject({ logEpoch: LOG_EPOCH, from: 7, head: 7, present: { total: 1 } });
    await world.append(2);
    await soon('both events are there', () => anna.seqs(world.inbox).length === 2);
    expect(anna.seqs(world.inbox)).toEqual([8, 9]);
  });

  it('replays what follows its cursor in frames of at most 200 events, after the answer, then goes on live', async () => {
    await world.append(1_050);
    let framesAtAnswer = -1;
    anna.emit('stream.subscribe', { stream: world.inbox, after: at(0) }, () => {
      framesAtAnswer = anna.frames.length;
    });
    await soon('the replay is through', () => anna.seqs(world.inbox).length === 1_050);
    await world.append(3);
    await soon('the live ones are there', () => anna.seqs(world.inbox).length === 1_053);
    expect(framesAtAnswer).toBe(0);
    expect(anna.seqs(world.inbox)).toEqual(upTo(0, 1_053));
    expect(Math.max(...anna.frames.map(({ items }) => items.length))).toBe(200);
  });

  it('takes a cursor that is ahead of what the pump has read, when the log is that far', async () => {
    const ben = await server.join('ben');
    await ben.do('stream.subscribe', { stream: world.inbox, after: null });
    world.hintsLost = true;
    await world.append(5);
    const answer = await anna.do('stream.subscribe', { stream: world.inbox, after: at(5) });
    expect(answer).toMatchObject({ from: 5, head: 5 });
    await soon('the pump has read on', () => ben.seqs(world.inbox).length === 5);
    expect(anna.seqs(world.inbox)).toEqual([]);
  });

  it('is told to load afresh for a cursor of another log, ahead of it, or too far behind (C41)', async () => {
    await world.append(5_010);
    const ask = (after: unknown) => anna.refused('stream.subscribe', { stream: world.inbox, after });
    expect((await ask({ logEpoch: 'log_before_the_restore', seq: 5 })).code).toBe('resync');
    expect((await ask(at(5_011))).code).toBe('resync');
    expect((await ask(at(9))).code).toBe('resync');
    expect((await ask(at(-1))).code).toBe('invalid');
    expect((await ask(at(1.5))).code).toBe('invalid');
    expect((await ask({ logEpoch: LOG_EPOCH, seq: '7' })).code).toBe('invalid');
    expect(server.gateway.stats().rooms).toBe(0);
    await anna.do('stream.subscribe', { stream: world.inbox, after: at(10) });
    await soon('5,000 are replayed', () => anna.seqs(world.inbox).length === 5_000);
  });

  it('is told to load afresh when what it would replay is no longer kept (C42)', async () => {
    await world.append(20);
    await forgetEventsUpTo(world, 10);
    const refused = await anna.refused('stream.subscribe', { stream: world.inbox, after: at(4) });
    expect(refused.code).toBe('resync');
    await anna.do('stream.subscribe', { stream: world.inbox, after: at(10) });
    await soon('the rest is replayed', () => anna.seqs(world.inbox).length === 10);
  });

  it('is one delivery when it is asked for twice at once (C44)', async () => {
    await world.append(30);
    const ask = () => anna.do('stream.subscribe', { stream: world.inbox, after: at(10) });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(first).toEqual(second);
    await world.append(5);
    await soon('all are there', () => anna.seqs(world.inbox).length >= 25);
    await world.append(1);
    await world.clock.advance(16);
    expect(anna.seqs(world.inbox)).toEqual(upTo(10, 36));
  });

  it('begins again from the new cursor when it is asked for again', async () => {
    await world.append(10);
    await anna.do('stream.subscribe', { stream: world.inbox, after: at(4) });
    await soon('the replay is through', () => anna.seqs(world.inbox).length === 6);
    await anna.do('stream.subscribe', { stream: world.inbox, after: at(8) });
    await soon('two are told again', () => anna.seqs(world.inbox).length === 8);
    await world.append(1);
    await soon('and the next once', () => anna.seqs(world.inbox).length === 9);
    expect(anna.seqs(world.inbox)).toEqual([5, 6, 7, 8, 9, 10, 9, 10, 11]);
  });

  it('ends when it is told to, also while it is being opened', async () => {
    const both = [
      anna.do('stream.subscribe', { stream: world.inbox, after: null }),
      anna.do('stream.unsubscribe', { stream: world.inbox }),
    ];
    await Promise.all(both);
    await world.append(3);
    await world.clock.advance(2_000);
    expect(anna.of('event')).toEqual([]);
    expect(server.gateway.stats().rooms).toBe(0);
  });

  it('gets every other event of its own agent, and nobody else can have them', async () => {
    await anna.do('stream.subscribe', { stream: `agent:${world.anna.id}`, after: null });
    await anna.do('conversation.mark', { conversationId: world.conversationId, read: 1 });
    expect((await anna.item('event')).event).toMatchObject({
      seq: 1,
      data: { type: 'read.marked', read: 1 },
    });
    const refused = await anna.refused('stream.subscribe', { stream: `agent:${world.ben.id}`, after: null });
    expect(refused.code).toBe('not_found');
  });

  it('tells the events as they are stored', async () => {
    await anna.do('stream.subscribe', { stream: world.inbox, after: null });
    await anna.do('note.add', {
      conversationId: world.conversationId,
      clientId: 'quotes-and-all',
      body: 'a "b"\n\u2028 c\\ ü 🎈',
    });
    const { event } = await anna.item('event');
    expect(event).toMatchObject({ stream: world.inbox, seq: 1, at: world.clock.now() });
    expect(event.data).toMatchObject({ type: 'entry.added', entry: { body: 'a "b"\n\u2028 c\\ ü 🎈' } });
  });
});

describe('the pump', () => {
  it('reaches the sockets of every server', async () => {
    const other = world.server();
    const ben = await other.join('ben');
    for (const client of [anna, ben])
      await client.do('stream.subscribe', { stream: world.inbox, after: null });
    await world.append(3);
    await soon('both have all', () => [anna, ben].every((client) => client.seqs(world.inbox).length === 3));
  });

  it('loses nothing with a lost hint, which costs at most one look', async () => {
    const ben = await world.server().join('ben');
    for (const client of [anna, ben])
      await client.do('stream.subscribe', { stream: world.inbox, after: null });
    world.hintsLost = true;
    await world.append(250);
    await world.clock.advance(900);
    expect(ben.of('event')).toEqual([]);
    await world.clock.advance(100);
    // What is beyond a full frame gathers for the next.
    await world.clock.advance(16);
    expect(ben.seqs(world.inbox)).toEqual(upTo(0, 250));
  });

  it('gathers what comes within 16 ms of the last frame into one', async () => {
    await anna.do('stream.subscribe', { stream: world.inbox, after: null });
    await world.append(1);
    await soon('the first leaves at once', () => anna.seqs(world.inbox).length === 1);
    for (let each = 0; each < 10; each += 1) await world.append(1);
    await world.clock.advance(15);
    expect(anna.frames).toHaveLength(1);
    await world.clock.advance(1);
    expect(anna.frames.map(({ items }) => items.length)).toEqual([1, 10]);
  });

  it('tells every connection once a beat where its streams stand', async () => {
    await anna.do('stream.subscribe', { stream: world.inbox, after: null });
    await anna.do('stream.subscribe', { stream: `agent:${world.anna.id}`, after: null });
    const idle = await server.join('ben');
    await world.append(4);
    await world.clock.advance(5_000);
    expect(anna.of('head')).toHaveLength(1);
    expect(anna.of('head')[0]?.heads).toEqual([
      { stream: world.inbox, seq: 4 },
      { stream: `agent:${world.anna.id}`, seq: 0 },
    ]);
    expect(idle.of('head')).toMatchObject([{ heads: [] }]);
    await world.clock.advance(10_000);
    expect(anna.of('head')).toHaveLength(3);
  });

  it('keeps nothing of a stream that nobody here subscribes to any more', async () => {
    const ben = await server.join('ben');
    for (const client of [anna, ben])
      await client.do('stream.subscribe', { stream: world.inbox, after: null });
    expect(server.gateway.stats().rooms).toBe(1);
    await anna.do('stream.unsubscribe', { stream: world.inbox });
    expect(server.gateway.stats().rooms).toBe(1);
    ben.close();
    await soon('the room is closed', () => server.gateway.stats().rooms === 0);
    await world.append(3);
    await anna.do('stream.subscribe', { stream: world.inbox, after: at(1) });
    await soon('and opens again', () => anna.seqs(world.inbox).length === 2);
  });
});

async function forgetEventsUpTo({ db, inbox }: World, seq: number): Promise<void> {
  const { and, eq, lte } = await import('drizzle-orm');
  const { events } = await import('../database/schema/sqlite.ts');
  await db.inTransaction((tx) =>
    tx.db.delete(events).where(and(eq(events.stream, inbox), lte(events.seq, seq))),
  );
}
