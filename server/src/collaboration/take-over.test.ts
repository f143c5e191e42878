/** Take-over (L13): who may, what the holder keeps, and what the audit says. */
import { type TakeOverBy } from '@latchbox/shared';
import { asc, eq } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { replaceDraft, storedDraft } from '../database/draft-writes.ts';
import { openLock } from '../database/locks.ts';
import { agents, audit, inboxes, inboxMembers } from '../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import {
  answer,
  codeOf,
  here,
  lastRowIsTheRow,
  refusalOf,
  rowOf,
  take,
  team,
  type Team,
  told,
} from './testing/passing.ts';
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

const makeAdmin = (w: World, id: string) =>
  w.db.inTransaction(
    async (tx) => void (await tx.db.update(agents).set({ role: 'admin' }).where(eq(agents.id, id))),
  );
const allow = (w: World, takeOverBy: TakeOverBy) =>
  w.db.inTransaction(
    async (tx) => void (await tx.db.update(inboxes).set({ takeOverBy }).where(eq(inboxes.id, w.inboxId))),
  );
const manage = (w: World, agentId: string) =>
  w.db.inTransaction(
    async (tx) =>
      void (await tx.db
        .update(inboxMembers)
        .set({ capability: 'manage' })
        .where(eq(inboxMembers.agentId, agentId))),
  );
const audited = async (w: World) =>
  (await w.db.read.select().from(audit).orderBy(asc(audit.at), asc(audit.id))).filter((line) =>
    line.action.startsWith('lock.'),
  );
const over = (w: World, note = '') => ({ ...take(w), note });

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  test('an admin who is a member takes it away: the holder is told by whom, is fenced, and keeps the draft', async () => {
    const { w, server, anna, ben, fence } = await given({ dialect, second: true });
    await makeAdmin(w, ben.agentId);
    const key = { ...here(w), agentId: anna.agentId, kind: 'reply' } as const;
    await w.db.inTransaction((tx) => replaceDraft(tx, key, { body: 'Half a text', revision: 0 }));
    const { leaseToken } = (await openLock(w.db.read, w.conversationId))!;
    const request = over(w, 'He is my customer');
    const taken = await server.locks.takeOver(ben, request);
    expect(taken).toMatchObject({ fence: fence + 1, lock: { status: 'held', holder: { id: ben.agentId } } });
    expect(await server.locks.takeOver(ben, request)).toEqual(taken);
    expect(await openLock(w.db.read, w.conversationId)).toMatchObject({ leaseToken });
    const [ended, granted] = (await w.events()).slice(-2);
    const by = { id: ben.agentId, name: 'Ben Okafor' };
    expect(ended).toMatchObject({ type: 'lock.ended', reason: 'taken_over', by, note: 'He is my customer' });
    for (const event of [ended, granted])
      expect(event && 'row' in event && event.row).toEqual(await rowOf(w));
    expect(await refusalOf(server.door.send(anna, answer(w, fence)))).toMatchObject({
      code: 'lock_lost',
      details: { reason: 'taken_over', holder: by },
    });
    expect((await storedDraft(w.db.read, key)).body).toBe('Half a text');
    const lines = await audited(w);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      action: 'lock.taken_over',
      actorId: ben.agentId,
      objectId: w.conversationId,
    });
    expect(JSON.parse(lines[0]!.details)).toEqual({ from: anna.agentId, fence, note: 'He is my customer' });
    expect(await lastRowIsTheRow(w)).toBe(true);
  });
});

test('who may: admins, also managers, or every member who may reply; a refusal is audited and changes nothing', async () => {
  const { w, server, ben, cleo, fence } = await given();
  const before = (await told(w)).length;
  expect(await codeOf(server.locks.takeOver(cleo, over(w)))).toBe('forbidden');
  await allow(w, 'managers');
  expect(await codeOf(server.locks.takeOver(cleo, over(w)))).toBe('forbidden');
  const rita = await w.join(server, 'rita');
  expect(await codeOf(server.locks.takeOver(rita, over(w)))).toBe('forbidden');
  const refused = await audited(w);
  expect(refused.filter((line) => line.action === 'lock.taken_over.refused')).toHaveLength(3);
  expect(refused.filter((line) => line.actorId === cleo.agentId)).toHaveLength(2);
  expect(refused.filter((line) => line.actorId === rita.agentId)).toHaveLength(1);
  expect(await told(w)).toHaveLength(before);
  await manage(w, cleo.agentId);
  expect((await server.locks.takeOver(cleo, over(w))).fence).toBe(fence + 1);
  await allow(w, 'members');
  expect((await server.locks.takeOver(ben, over(w))).fence).toBe(fence + 2);
});

test('an admin without membership gets not_found; a free lock is acquired, not taken over', async () => {
  const { w, server, anna, ben, fence } = await given();
  await allow(w, 'members');
  const admin = await w.join(server, w.admin);
  expect(await codeOf(server.locks.takeOver(admin, over(w)))).toBe('not_found');
  await server.locks.release(anna, { ...here(w), fence, reason: 'released' });
  expect(await codeOf(server.locks.takeOver(ben, over(w)))).toBe('lock_required');
  expect(await audited(w)).toEqual([]);
});

test('one’s own lock in another tab is moved; what is kept for the next in line can be taken over', async () => {
  const { w, server, anna, ben, cleo, fence } = await given();
  const tab = await w.join(server, 'anna', 'Firefox on Android');
  expect((await server.locks.takeOver(tab, over(w))).fence).toBe(fence + 1);
  expect((await told(w)).slice(-2)).toEqual(['ended 1 moved', 'granted 2']);
  await server.locks.join(ben, here(w));
  await server.locks.release(tab, { ...here(w), fence: fence + 1, reason: 'released' });
  expect(await codeOf(server.locks.takeOver(cleo, over(w)))).toBe('forbidden');
  await allow(w, 'members');
  expect((await server.locks.takeOver(cleo, over(w))).lock).toMatchObject({ holder: { id: cleo.agentId } });
  expect(await codeOf(server.locks.acceptOffer(ben, take(w)))).toBe('lock_held');
  // What is kept for oneself is no take-over.
  await allow(w, 'admins');
  await server.locks.join(ben, here(w));
  await server.locks.release(cleo, { ...here(w), fence: fence + 2, reason: 'released' });
  expect((await server.locks.takeOver(ben, over(w))).fence).toBe(fence + 3);
  expect((await audited(w)).filter((line) => line.actorId === ben.agentId)).toEqual([]);
  expect(await codeOf(server.locks.acquire(anna, take(w)))).toBe('lock_held');
});

test('it ends questions, hand-over offers and the taker’s place; who waits keeps waiting', async () => {
  const { w, server, anna, ben, cleo, fence } = await given();
  await allow(w, 'members');
  await server.locks.join(ben, here(w));
  await server.locks.join(cleo, here(w));
  await server.locks.ask(ben, { ...here(w), note: '' });
  await server.sessions.connectionLost(ben);
  await server.locks.handOver(anna, { ...here(w), fence, to: ben.agentId, note: '' });
  await server.locks.takeOver(cleo, over(w));
  expect((await rowOf(w)).line).toEqual({
    waiting: [{ id: ben.agentId, name: 'Ben Okafor' }],
    asks: [],
    handOver: null,
  });
  expect(await lastRowIsTheRow(w)).toBe(true);
});
