import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Appended, appendEvent } from '../database/event-log.ts';
import type { TestClient } from './testing/client.ts';
import { createWorld, soon, type TestServer, type World } from './testing/world.ts';

let world: World;
let server: TestServer;
let anna: TestClient;
/** Reads of the server's database. */
let reads = 0;
let isAway = false;

beforeEach(async () => {
  world = await createWorld();
  reads = 0;
  isAway = false;
  const db = Object.defineProperty({ ...world.db }, 'read', {
    get: () => {
      if (isAway) throw new Error('the database is away');
      reads += 1;
      return world.db.read;
    },
  });
  server = world.server({ db });
  anna = await server.join('anna');
  await anna.do('stream.subscribe', { stream: world.inbox, after: null });
});
afterEach(() => world.close());

/** Appends events and tells nobody. */
async function append(count: number): Promise<readonly Appended[]> {
  const appended: Appended[] = [];
  // The room is quiet by then: what is told leaves at once.
  await world.clock.advance(16);
  await world.db.inTransaction(async (tx) => {
    for (let each = 0; each < count; each += 1)
      await appendEvent(
        tx,
        world.inbox,
        { type: 'member.changed', person: { id: world.anna.id, name: `${each}` }, capability: 'reply' },
        (_, event) => void (event && appended.push(event)),
      );
  });
  return appended;
}
const offer = (...events: readonly (Appended | undefined)[]): void => {
  for (const event of events) server.gateway.pump.wake(world.inbox, event);
};
const told = () => anna.seqs(world.inbox);
const has = (count: number) => soon('it is told', () => told().length >= count);

describe('the pump, offered what was just committed', () => {
  it('tells it as it stands in the log, without reading it', async () => {
    const events = await append(2);
    const before = reads;
    offer(...events);
    await has(2);
    // The one read is for who is a member.
    expect(reads - before).toBe(1);
    await append(1);
    offer(undefined);
    await has(3);
    expect(told()).toEqual([1, 2, 3]);
    const [first, , read] = anna.of('event').map(({ event }) => event);
    expect(first?.data).toMatchObject({ type: 'member.changed', person: { name: '0' } });
    expect(Object.keys(first ?? {})).toEqual(Object.keys(read ?? {}));
  });

  it('reads the log where something is between', async () => {
    const events = await append(5);
    offer(events[0], events[3]);
    await has(5);
    offer(...events);
    offer(...(await append(1)));
    await has(6);
    expect(told()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('reads the log where it was told of more than it was offered', async () => {
    const events = await append(3);
    offer(events[0], undefined);
    await has(3);
    expect(told()).toEqual([1, 2, 3]);
  });

  it('loses nothing that it could not tell', async () => {
    const events = await append(2);
    isAway = true;
    offer(...events);
    await world.clock.advance(2_000);
    expect(told()).toEqual([]);
    isAway = false;
    offer(...(await append(1)));
    await has(3);
    expect(told()).toEqual([1, 2, 3]);
  });

  it('asks first whether everybody here is still a member', async () => {
    await world.db.inTransaction(async (tx) => {
      const { raiseMemberVersion } = await import('../database/directory/inboxes.ts');
      const { inboxMembers } = await import('../database/schema/sqlite.ts');
      const { eq } = await import('drizzle-orm');
      await tx.db.delete(inboxMembers).where(eq(inboxMembers.agentId, world.anna.id));
      await raiseMemberVersion(tx, world.inboxId);
    });
    const ben = await server.join('ben');
    await ben.do('stream.subscribe', { stream: world.inbox, after: null });
    offer(...(await append(1)));
    await soon('the member has it', () => ben.seqs(world.inbox).length === 1);
    expect(told()).toEqual([]);
  });
});
