/** A colleague asks the holder (L12): an answer, a keystroke, or the deadline decides, and each of them once. */
import { afterEach, describe, expect, test } from 'vitest';
import { endEpoch, openLock } from '../database/locks.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import {
  answer,
  codeOf,
  here,
  lastRowIsTheRow,
  rowOf,
  take,
  team,
  type Team,
  told,
} from './testing/passing.ts';
import type { WorldOptions } from './testing/world.ts';

let made: Team | undefined;
async function given(options: WorldOptions & { second?: boolean } = {}): Promise<Team> {
  made = await team(options);
  return made;
}
afterEach(async () => {
  await made?.w.close();
  made = undefined;
});

const asks = async ({ w }: Team) => ((await rowOf(w)).line?.asks ?? []).map((ask) => ask.from.name);
const MINUTE = 60_000;

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  test('yes: the lock passes to the session that asked, under the next fence and the same lease', async () => {
    const all = await given({ dialect, second: true });
    const { w, server, anna, ben, fence } = all;
    const asked = await server.locks.ask(ben, { ...here(w), note: 'I know him.' });
    expect(asked.deadline).toBe(w.clock.now() + MINUTE);
    expect((await rowOf(w)).line?.asks).toEqual([
      {
        id: asked.askId,
        from: { id: ben.agentId, name: 'Ben Okafor' },
        note: 'I know him.',
        at: w.clock.now(),
        deadline: asked.deadline,
      },
    ]);
    expect(await server.locks.ask(ben, { ...here(w), note: '' })).toEqual(asked);
    const { leaseToken } = (await openLock(w.db.read, w.conversationId))!;
    await server.locks.answer(anna, { ...here(w), askId: asked.askId, decision: 'pass' });
    expect(await openLock(w.db.read, w.conversationId)).toMatchObject({
      epoch: fence + 1,
      leaseToken,
      agentId: ben.agentId,
      sessionId: ben.sessionId,
    });
    expect((await told(w)).slice(-2)).toEqual(['ended 1 handed_over', 'granted 2']);
    expect((await rowOf(w)).line).toBeUndefined();
    expect(
      await codeOf(server.locks.answer(anna, { ...here(w), askId: asked.askId, decision: 'keep' })),
    ).toBe('lock_lost');
    expect(await lastRowIsTheRow(w)).toBe(true);
  });

  test('no answer and nothing done: at the deadline it ends as idle and passes to whoever asked first', async () => {
    const all = await given({ dialect });
    const { w, server, anna, ben, cleo } = all;
    await server.locks.ask(ben, { ...here(w), note: '' });
    await w.clock.advance(10_000);
    await server.locks.ask(cleo, { ...here(w), note: '' });
    await w.clock.advance(MINUTE - 10_001);
    const sweeper = await server.start(false);
    await sweeper.sweep();
    expect(await asks(all)).toEqual(['Ben Okafor', 'Cleo Moss']);
    await w.clock.advance(1);
    await sweeper.sweep();
    expect((await rowOf(w)).lock).toMatchObject({ status: 'held', holder: { id: ben.agentId } });
    expect((await told(w)).slice(-2)).toEqual(['ended 1 idle', 'granted 2']);
    expect(await asks(all)).toEqual([]);
    // It was taken from somebody who did not want it to end: but a newer fence has overtaken the answer.
    expect(await codeOf(server.door.send(anna, answer(w, 1)))).toBe('lock_lost');
    expect(await lastRowIsTheRow(w)).toBe(true);
  });
});

test('typing on keeps it, at once and for everybody who asks; scrolling is no answer', async () => {
  const all = await given({ lockOn: 'open' });
  const { w, server, anna, ben, cleo } = all;
  await server.locks.ask(ben, { ...here(w), note: '' });
  await server.locks.ask(cleo, { ...here(w), note: '' });
  await w.clock.advance(1_000);
  server.locks.activity(anna, w.conversationId, 'reading');
  await w.clock.advance(1);
  expect(await asks(all)).toHaveLength(2);
  server.locks.activity(anna, w.conversationId, 'reply');
  await w.clock.advance(1);
  expect(await asks(all)).toEqual([]);
  expect((await told(w)).at(-1)).toBe('ask_over');
  expect(await lastRowIsTheRow(w)).toBe(true);
});

test('what was done in the conversation counts at the deadline, also scrolling', async () => {
  const all = await given({ lockOn: 'open' });
  const { w, server, anna, ben, fence } = all;
  const sweeper = await server.start(false);
  await server.locks.ask(ben, { ...here(w), note: '' });
  await w.clock.advance(30_000);
  server.locks.activity(anna, w.conversationId, 'reading');
  await w.clock.advance(30_000);
  await sweeper.sweep();
  expect((await rowOf(w)).lock).toMatchObject({ status: 'held', fence });
  expect((await told(w)).at(-1)).toBe('ask_over');
});

test('a lost hint costs no keystroke: the next renewal of the holder’s server finds the question', async () => {
  const all = await given();
  const { w, server, anna, ben } = all;
  // The question is written by a server that nobody hears.
  const { insertAsk } = await import('../database/lock-asks.ts');
  await w.db.inTransaction((tx) =>
    insertAsk(tx, {
      id: 'ask_lost',
      ...here(w),
      epoch: 1,
      agentId: ben.agentId,
      sessionId: ben.sessionId,
      note: '',
      deadline: tx.now + MINUTE,
    }),
  );
  await w.clock.advance(5_000);
  server.locks.activity(anna, w.conversationId, 'reply');
  expect(await asks(all)).toHaveLength(1);
  await w.clock.advance(10_000);
  expect(await asks(all)).toEqual([]);
});

test('"keep", staying and sending in open mode answer no; a question that is over is a conflict', async () => {
  const all = await given({ lockOn: 'open' });
  const { w, server, anna, ben, fence } = all;
  const question = () => server.locks.ask(ben, { ...here(w), note: '' });
  const { askId } = await question();
  await server.locks.answer(anna, { ...here(w), askId, decision: 'keep' });
  expect(await asks(all)).toEqual([]);
  expect(await codeOf(server.locks.answer(anna, { ...here(w), askId, decision: 'pass' }))).toBe('conflict');
  await question();
  await server.locks.stay(anna, { ...here(w), fence });
  expect(await asks(all)).toEqual([]);
  await question();
  await server.door.send(anna, answer(w, fence));
  expect(await asks(all)).toEqual([]);
  expect(await lastRowIsTheRow(w)).toBe(true);
});

test('asker gone: "pass" is a conflict, and at the deadline the lock ends as idle for whoever waits', async () => {
  const all = await given();
  const { w, server, anna, ben, cleo, fence } = all;
  const sweeper = await server.start(false);
  const { askId } = await server.locks.ask(ben, { ...here(w), note: '' });
  await server.locks.join(cleo, here(w));
  await server.sessions.connectionLost(ben);
  expect(await codeOf(server.locks.answer(anna, { ...here(w), askId, decision: 'pass' }))).toBe('conflict');
  await w.clock.advance(MINUTE);
  await sweeper.sweep();
  expect((await rowOf(w)).lock).toMatchObject({ status: 'reserved', fence, for: { id: cleo.agentId } });
  expect((await told(w)).slice(-2)).toEqual(['ended 1 idle', 'offered']);
});

test('nobody asks themselves, nor for what is free; closing the session takes the question back', async () => {
  const all = await given();
  const { w, server, anna, ben, fence } = all;
  const tab = await w.join(server, 'anna', 'Firefox on Android');
  const ask = { ...here(w), note: '' };
  expect(await codeOf(server.locks.ask(anna, ask))).toBe('conflict');
  expect(await codeOf(server.locks.ask(tab, ask))).toBe('lock_elsewhere');
  await server.locks.ask(ben, ask);
  await server.sessions.close(ben, 'left');
  expect(await asks(all)).toEqual([]);
  await server.locks.release(anna, { ...here(w), fence, reason: 'released' });
  expect(await codeOf(server.locks.ask(tab, ask))).toBe('lock_required');
  const rita = await w.join(server, 'rita');
  expect(await codeOf(server.locks.ask(rita, ask))).toBe('forbidden');
});

test('an open-mode lock that the asker has elsewhere ends as switched when this one is passed', async () => {
  const all = await given({ lockOn: 'open' });
  const { w, server, anna, ben } = all;
  const { givenConversation } = await import('../database/testing/given.ts');
  const other = await givenConversation(w.db, w.inboxId);
  const { askId } = await server.locks.ask(ben, { ...here(w), note: '' });
  await server.locks.acquire(ben, { ...take(w), conversationId: other.conversationId });
  await server.locks.answer(anna, { ...here(w), askId, decision: 'pass' });
  expect(await openLock(w.db.read, other.conversationId)).toBeUndefined();
  expect((await rowOf(w)).lock).toMatchObject({ status: 'held', holder: { id: ben.agentId } });
});

test('a question whose lock was ended by what knows no questions is over, and is not decided again', async () => {
  const all = await given();
  const { w, server, ben } = all;
  const sweeper = await server.start(false);
  await server.locks.ask(ben, { ...here(w), note: '' });
  await w.db.inTransaction((tx) => endEpoch(tx, { ...here(w), epoch: 1 }, { reason: 'restarted', by: null }));
  await w.clock.advance(2 * MINUTE);
  await sweeper.sweep();
  expect(await asks(all)).toEqual([]);
  expect((await told(w)).at(-1)).toBe('ask_over');
});
