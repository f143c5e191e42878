/** Hand-over (L12): lock and draft go to a colleague in one transaction, or as an offer under which the holder keeps them. */
import { afterEach, describe, expect, test } from 'vitest';
import { replaceDraft, storedDraft } from '../database/draft-writes.ts';
import { openLock } from '../database/locks.ts';
import { givenConversation } from '../database/testing/given.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import { codeOf, here, lastRowIsTheRow, rowOf, take, team, type Team, told } from './testing/passing.ts';
import type { World, WorldOptions } from './testing/world.ts';

let made: Team | undefined;
async function given(options: WorldOptions & { second?: boolean } = {}): Promise<Team> {
  made = await team(options);
  return made;
}
afterEach(async () => {
  await made?.w.close();
  made = undefined;
});

const draftOf = (w: World, agentId: string) =>
  storedDraft(w.db.read, { conversationId: w.conversationId, agentId, kind: 'reply' });
const write = (w: World, agentId: string, body: string) =>
  w.db.inTransaction((tx) =>
    replaceDraft(tx, { conversationId: w.conversationId, agentId, kind: 'reply' }, { body, revision: 0 }),
  );
const over = (w: World, fence: number, to: string | null, note = '') => ({ ...here(w), fence, to, note });

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  test('lock and draft pass to a colleague who is there, on another server, without a moment in between', async () => {
    const { w, server, anna, ben, fence } = await given({ dialect, second: true });
    await write(w, anna.agentId, 'Dear Sir,');
    const { leaseToken } = (await openLock(w.db.read, w.conversationId))!;
    const passed = await server.locks.handOver(anna, over(w, fence, ben.agentId, 'Yours.'));
    expect(passed).toEqual({ state: 'passed' });
    expect(await openLock(w.db.read, w.conversationId)).toMatchObject({
      epoch: fence + 1,
      leaseToken,
      sessionId: ben.sessionId,
      connectionNo: ben.connectionNo,
    });
    expect(await draftOf(w, ben.agentId)).toEqual({ body: 'Dear Sir,', revision: 1 });
    expect(await draftOf(w, anna.agentId)).toEqual({ body: '', revision: 2 });
    expect((await told(w)).slice(-2)).toEqual(['ended 1 handed_over', 'granted 2']);
    const [ended, granted, drafted] = (await w.events()).slice(-3);
    expect(ended).toMatchObject({ type: 'lock.ended', note: 'Yours.', by: null });
    expect(drafted).toMatchObject({ type: 'draft.changed' });
    for (const event of [ended, granted, drafted])
      expect(event && 'row' in event && event.row).toEqual(await rowOf(w));
    // The server of the colleague keeps the lease: it stands long after the giver's would have ended.
    await w.clock.advance(60_000);
    expect(await w.leases.check([{ key: w.conversationId, token: leaseToken }])).toEqual(['held']);
  });

  test('to somebody who is not there it is an offer: the holder keeps the lock until it is accepted, with the draft', async () => {
    const { w, server, anna, ben, fence } = await given({ dialect });
    await write(w, anna.agentId, 'second');
    await write(w, ben.agentId, 'first');
    await server.sessions.connectionLost(ben);
    const until = w.clock.now() + 60_000;
    expect(await server.locks.handOver(anna, over(w, fence, ben.agentId, 'When you are back'))).toEqual({
      state: 'offered',
      until,
    });
    expect((await rowOf(w)).lock).toMatchObject({ status: 'held', holder: { id: anna.agentId } });
    expect((await rowOf(w)).line?.handOver).toEqual({
      to: { id: ben.agentId, name: 'Ben Okafor' },
      note: 'When you are back',
      until,
    });
    expect((await told(w)).at(-1)).toBe('hand_over');
    const back = await w.join(server, 'ben');
    const accept = take(w);
    const accepted = await server.locks.acceptOffer(back, accept);
    expect(accepted.fence).toBe(fence + 1);
    expect(await server.locks.acceptOffer(back, accept)).toMatchObject({ fence: fence + 1 });
    expect((await draftOf(w, ben.agentId)).body).toBe('first\n\nsecond');
    expect((await rowOf(w)).line).toBeUndefined();
    expect(await lastRowIsTheRow(w)).toBe(true);
  });
});

test('an offer ends when it is withdrawn, replaced, due, or its lock is over', async () => {
  const { w, server, anna, ben, cleo, fence } = await given();
  const sweeper = await server.start(false);
  for (const gone of [ben, cleo]) await server.sessions.connectionLost(gone);
  const offeredTo = async () => (await rowOf(w)).line?.handOver?.to.id;
  await server.locks.handOver(anna, over(w, fence, ben.agentId));
  await server.locks.handOver(anna, over(w, fence, cleo.agentId));
  expect(await offeredTo()).toBe(cleo.agentId);
  expect(await server.locks.handOver(anna, over(w, fence, null))).toEqual({ state: 'withdrawn' });
  expect(await offeredTo()).toBeUndefined();
  await server.locks.handOver(anna, over(w, fence, ben.agentId));
  await w.clock.advance(60_000);
  await sweeper.sweep();
  expect((await told(w)).at(-1)).toBe('hand_over_over');
  await server.locks.handOver(anna, over(w, fence, ben.agentId));
  await server.locks.release(anna, { ...here(w), fence, reason: 'released' });
  expect((await rowOf(w)).line).toBeUndefined();
  const back = await w.join(server, 'ben');
  expect(await codeOf(server.locks.acceptOffer(back, take(w)))).toBe('lock_required');
  expect(await lastRowIsTheRow(w)).toBe(true);
});

test('in open mode a colleague who holds another lock gets an offer; accepting ends the other as switched', async () => {
  const { w, server, anna, ben, fence } = await given({ lockOn: 'open' });
  const other = await givenConversation(w.db, w.inboxId);
  await server.locks.acquire(ben, { ...take(w), conversationId: other.conversationId });
  expect((await server.locks.handOver(anna, over(w, fence, ben.agentId))).state).toBe('offered');
  expect(await openLock(w.db.read, other.conversationId)).toBeDefined();
  await server.locks.acceptOffer(ben, take(w));
  expect(await openLock(w.db.read, other.conversationId)).toBeUndefined();
  expect(await told(w)).toContain('ended 1 switched');
});

test('only who may reply gets it, and only its holder gives it', async () => {
  const { w, server, anna, ben, fence } = await given();
  const rita = await w.join(server, 'rita');
  expect(await codeOf(server.locks.handOver(anna, over(w, fence, rita.agentId)))).toBe('not_found');
  expect(await codeOf(server.locks.handOver(anna, over(w, fence, w.admin.id)))).toBe('not_found');
  expect(await codeOf(server.locks.handOver(anna, over(w, fence, anna.agentId)))).toBe('conflict');
  expect(await codeOf(server.locks.handOver(ben, over(w, fence, ben.agentId)))).toBe('lock_required');
  expect(await codeOf(server.locks.acceptOffer(ben, take(w)))).toBe('lock_held');
  await server.locks.handOver(anna, over(w, fence, ben.agentId));
  expect(await codeOf(server.locks.handOver(anna, over(w, fence, ben.agentId)))).toBe('lock_lost');
});

test('hand-over to a member removed in the same instant: not_found, and the holder keeps the lock', async () => {
  const { w, server, anna, ben, fence } = await given();
  const { inboxMembers } = await import('../database/schema/sqlite.ts');
  const { eq } = await import('drizzle-orm');
  const removing = w.db.inTransaction(async (tx) => {
    await tx.db.delete(inboxMembers).where(eq(inboxMembers.agentId, ben.agentId));
    await server.locks.endInScope(tx, { agentId: ben.agentId, inboxId: w.inboxId }, 'access_lost', null);
  });
  const [code] = await Promise.all([
    codeOf(server.locks.handOver(anna, over(w, fence, ben.agentId))),
    removing,
  ]);
  expect(code).toBe('not_found');
  expect((await rowOf(w)).lock).toMatchObject({ status: 'held', fence, holder: { id: anna.agentId } });
});
