import { eq, isNull, and } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  contactChores,
  contacts,
  conversations,
  handOns,
  inboxMembers,
  lockEpochs,
  sessions,
} from '../database/schema/sqlite.ts';
import { givenConversation, givenInbox } from '../database/testing/given.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import { leaveBehind } from '../directory/leave-behind.ts';
import { beginHandOn, createHandOns } from './hand-on.ts';
import { givenUsers, type UsersFixture } from './testing/users.ts';
import { createUsers } from './users.ts';

const START_LIMIT = 60_000;

describe.each(TEST_DIALECTS)('handing on, on %s', { timeout: START_LIMIT }, (dialect) => {
  let at: UsersFixture;
  beforeEach(async () => {
    at = await givenUsers(dialect);
  }, START_LIMIT);
  afterEach(() => at.w.close());

  const openLocksOf = (agentId: string) =>
    at.w.db.read
      .select()
      .from(lockEpochs)
      .where(and(eq(lockEpochs.agentId, agentId), isNull(lockEpochs.endedAt)));
  const openSessionsOf = (agentId: string) =>
    at.w.db.read
      .select()
      .from(sessions)
      .where(and(eq(sessions.agentId, agentId), isNull(sessions.endedAt)));
  const assignedTo = (agentId: string) =>
    at.w.db.read.select().from(conversations).where(eq(conversations.assigneeId, agentId));

  /** The database of a server that dies after so many transactions. */
  const dyingAfter = (left: number): UsersFixture['deps']['db'] => ({
    ...at.w.db,
    inTransaction: (work) => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('the server died')) : at.w.db.inTransaction(work);
    },
  });

  test('whoever is deactivated while they take locks has none after it', async () => {
    const { w, server, users, admin } = at;
    const some = await Promise.all([0, 1, 2].map(() => givenConversation(w.db, w.inboxId)));
    const ben = await w.join(server, 'ben');
    const [held, ...others] = some.map(({ conversationId }) => conversationId);
    await server.locks.acquire(ben, { conversationId: held ?? '', requestId: 'request-held' });
    const all = await Promise.allSettled([
      ...others.map((conversationId) =>
        server.locks.acquire(ben, { conversationId, requestId: `request-${conversationId}` }),
      ),
      users.deactivateUser(admin, w.ben.id, {}),
      w.join(server, 'ben'),
      server.locks.acquire(ben, { conversationId: w.conversationId, requestId: 'request-late' }),
    ]);
    expect(all[2]?.status).toBe('fulfilled');
    expect(await openLocksOf(w.ben.id)).toEqual([]);
    await expect(
      server.locks.acquire(ben, { conversationId: held ?? '', requestId: 'request-after' }),
    ).rejects.toBeDefined();
    expect(await openLocksOf(w.ben.id)).toEqual([]);
  });

  test('locks go to a colleague who is there, one by one, whatever the colleague takes at the same moment', async () => {
    const { w, server, users, admin } = at;
    const [one, two] = [w.conversationId, (await givenConversation(w.db, w.inboxId)).conversationId];
    const ben = await w.join(server, 'ben');
    const anna = await w.join(server, 'anna');
    await server.locks.acquire(ben, { conversationId: one, requestId: 'request-one' });
    const [done] = await Promise.all([
      users.deactivateUser(admin, w.ben.id, { locksTo: w.anna.id }),
      server.locks.acquire(anna, { conversationId: two, requestId: 'request-two' }),
    ]);
    expect(await openLocksOf(w.ben.id)).toEqual([]);
    expect(done.locks.handed + done.locks.released).toBe(1);
    const annas = (await openLocksOf(w.anna.id)).map(({ conversationId }) => conversationId);
    expect(annas.toSorted()).toEqual((done.locks.handed === 1 ? [one, two] : [two]).toSorted());
    expect((await openSessionsOf(w.ben.id)).length).toBe(0);
  });

  test('what a dead server left undone another one hands on, and everything once', async () => {
    const { w, users, admin, deps } = at;
    const big = await givenConversation(w.db, w.inboxId);
    await w.db.inTransaction(async (tx) => {
      await tx.db.update(contacts).set({ ownerId: w.ben.id }).where(eq(contacts.id, big.contactId));
      const [row] = await tx.db.select().from(conversations).where(eq(conversations.id, big.conversationId));
      if (row === undefined) throw new Error('nothing was given');
      for (let nth = 0; nth < 20; nth += 1)
        await tx.db.insert(conversations).values({ ...row, id: `cnv_big_${nth}`, number: 90_000 + nth });
    });
    for (let nth = 0; nth < 45; nth += 1) {
      const { contactId } = await givenConversation(w.db, w.inboxId, { assigneeId: w.ben.id });
      await w.db.inTransaction((tx) =>
        tx.db.update(contacts).set({ ownerId: w.ben.id }).where(eq(contacts.id, contactId)),
      );
    }
    expect(await users.getHoldings(admin, w.ben.id)).toMatchObject({ assigned: { open: 45 }, contacts: 46 });
    // Dies in the second step after the deactivation itself.
    const dying = createUsers({ ...deps, db: dyingAfter(2) });
    await expect(
      dying.deactivateUser(admin, w.ben.id, { assignmentsTo: w.anna.id, contactsTo: w.anna.id }),
    ).rejects.toThrow('the server died');
    expect((await assignedTo(w.ben.id)).length).toBe(25);
    const others = [createHandOns(deps), createHandOns(deps)];
    // Not before its time: the first one may be at it still.
    await Promise.all(others.map((one) => one.look()));
    expect((await assignedTo(w.ben.id)).length).toBe(25);
    await w.clock.advance(30_000);
    await Promise.all(others.map((one) => one.look()));
    expect(await assignedTo(w.ben.id)).toEqual([]);
    expect((await assignedTo(w.anna.id)).length).toBe(45);
    const owned = await w.db.read.select().from(contacts).where(eq(contacts.ownerId, w.anna.id));
    expect(owned).toHaveLength(46);
    // One with too many conversations for a transaction is left to the worker of contacts.
    expect(await w.db.read.select().from(contactChores)).toMatchObject([{ contactId: big.contactId }]);
    expect(await w.db.read.select().from(handOns)).toMatchObject([
      { assigned: 45, cleared: 0, contacts: 46, dueAt: null },
    ]);
    const told = (await w.events()).filter(
      (event) => event.type === 'entry.added' && event.row.assignee?.id === w.anna.id,
    );
    expect(told).toHaveLength(45);
  });

  describe('in one inbox', () => {
    /** What Ben is told to leave in the first inbox, while he has as much in another one. */
    async function given() {
      const { w } = at;
      const elsewhere = await givenInbox(w.db, { name: 'Elsewhere' });
      const there = await givenConversation(w.db, elsewhere.inboxId, { assigneeId: w.ben.id });
      for (let nth = 0; nth < 25; nth += 1)
        await givenConversation(w.db, w.inboxId, { assigneeId: w.ben.id });
      const who = { agentId: w.ben.id, inboxId: w.inboxId, by: w.admin.id };
      const leave = () =>
        w.db.inTransaction((tx) =>
          leaveBehind(tx, at.deps, who, { assignmentsTo: w.anna.id, contactsTo: w.anna.id }),
        );
      return { there: there.conversationId, leave };
    }

    test('only what is there goes on, whoever dies in between; contacts stay', async () => {
      const { w, deps } = at;
      const { there, leave } = await given();
      const owned = await givenConversation(w.db, w.inboxId);
      await w.db.inTransaction(async (tx) => {
        await tx.db.update(contacts).set({ ownerId: w.ben.id }).where(eq(contacts.id, owned.contactId));
        await tx.db.delete(inboxMembers).where(eq(inboxMembers.agentId, w.ben.id));
      });
      const id = await leave();
      await expect(beginHandOn({ ...deps, db: dyingAfter(1) }, id)).rejects.toThrow('the server died');
      expect(await assignedTo(w.ben.id)).toHaveLength(6);
      await w.clock.advance(30_000);
      await createHandOns(deps).look();
      expect((await assignedTo(w.ben.id)).map((row) => row.id)).toEqual([there]);
      expect(await assignedTo(w.anna.id)).toHaveLength(25);
      expect(await w.db.read.select().from(contacts).where(eq(contacts.ownerId, w.ben.id))).toHaveLength(1);
      expect(await w.db.read.select().from(handOns)).toMatchObject([
        { assigned: 25, cleared: 0, contacts: 0, dueAt: null },
      ]);
    });

    test('whoever replies there again before it began keeps what is theirs', async () => {
      const { w, deps } = at;
      const { leave } = await given();
      await leave();
      await createHandOns(deps).look();
      expect(await assignedTo(w.ben.id)).toHaveLength(26);
      expect(await w.db.read.select().from(handOns)).toMatchObject([{ assigned: 0, dueAt: null }]);
    });
  });
});
