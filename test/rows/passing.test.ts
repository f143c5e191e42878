/** Passing on a lock: the waiting line (L11), hand-over and asking (L12), take-over (L13), and their traces (L19). */
import { changeInbox } from '@latchbox/shared/http/inboxes';
import { handOverLock, lockHistory, releaseLock, takeOverLock } from '@latchbox/shared/http/locks';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { type HistoryClient, newClientId } from '../tools/history-client.ts';
import { places, refusal, staysTrue, toldEnd, toldOf } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

const A_SECOND = 1_000 + SLACK;
const OFFER = 1_500;
const ASK = 1_500;

let world: World;
let rita: HistoryClient;
const orders = places();
const quick = places();

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: {
        orders: { lockOn: 'compose', times: SHORT, conversations: 20 },
        quick: {
          lockOn: 'compose',
          times: { ...SHORT, offerTime: OFFER, askGrace: ASK, handOverTime: OFFER },
          conversations: 12,
        },
      },
      agents: {
        ana: {},
        ben: {},
        cle: {},
        rita: { capability: 'read' },
        mia: { role: 'admin', capability: 'manage' },
      },
    },
  });
  rita = await world.connect('rita');
  for (const inbox of ['orders', 'quick']) await rita.wire.subscribe(world.stream(inbox));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** Everybody of a test, in a tab each; all are gone with it, or the next test would find them there. */
const tabs: HistoryClient[] = [];
async function tab(name: string): Promise<HistoryClient> {
  const client = await world.connect(name);
  tabs.push(client);
  return client;
}
afterEach(async () => {
  for (const client of tabs.splice(0))
    await client.wire.call('session.close', { signOut: false }).catch(() => null);
});

/** Ana with the lock, Ben and Cle connected. */
async function three(inbox: 'orders' | 'quick', at: number) {
  const id = world.conversation(inbox, at);
  const [ana, ben, cle] = [await tab('ana'), await tab('ben'), await tab('cle')];
  for (const one of [ana, ben, cle]) await one.wire.subscribe(world.stream(inbox));
  const { fence } = await ana.acquire(id);
  return { id, ana, ben, cle, fence };
}
const join = (who: HistoryClient, conversationId: string) => who.wire.call('lock.join', { conversationId });
const accept = (who: HistoryClient, conversationId: string) =>
  who.wire.call('lock.acceptOffer', { conversationId, requestId: newClientId() });
const ask = (who: HistoryClient, conversationId: string, note = '') =>
  who.wire.call('lock.ask', { conversationId, note });
const answer = (who: HistoryClient, conversationId: string, askId: string, decision: 'pass' | 'keep') =>
  who.wire.call('lock.answer', { conversationId, askId, decision });
const handOver = (who: HistoryClient, conversationId: string, fence: number, to: string | null) =>
  who.wire.call('lock.handOver', { conversationId, fence, to, note: 'please' });
const takeOver = (who: HistoryClient, conversationId: string, note = '') =>
  who.wire.call('lock.takeOver', { conversationId, requestId: newClientId(), note });
const changed = (id: string, step: string, withinMs = A_SECOND) =>
  toldOf(rita, 'lock.changed', id, (data) => data.step === step, withinMs);

test('L11: first come, first served: the next in line is offered the lock, then the one after', async () => {
  const { id, ana, ben, cle, fence } = await three('quick', quick());
  expect(await join(ben, id)).toEqual({ state: 'waiting', place: 1 });
  expect(await join(cle, id)).toEqual({ state: 'waiting', place: 2 });
  const waiting = await toldOf(rita, 'lock.changed', id, (data) => data.row.line?.waiting.length === 2);
  expect(waiting.row.line?.waiting.map((one) => one.name)).toEqual(['ben', 'cle']);
  await ana.release(id, fence);
  const ended = await toldEnd(ben, id, fence, A_SECOND);
  expect(ended.row.lock).toMatchObject({ status: 'reserved', fence, for: { name: 'ben' } });
  const refused = await refusal('lock_held', cle.acquire(id));
  expect(refused.details).toMatchObject({ holder: null, offeredTo: { name: 'ben' } });
  // Ben lets it pass: Cle is next, and Ben is out of the line.
  const next = await toldOf(
    cle,
    'lock.changed',
    id,
    (data) => data.row.lock.status === 'reserved' && data.row.lock.for.name === 'cle',
    OFFER + A_SECOND,
  );
  expect(next.row.line).toBeUndefined();
  await refusal('lock_held', accept(ben, id));
  expect(await accept(cle, id)).toMatchObject({ fence: fence + 1, lock: { holder: { name: 'cle' } } });
});

test('L11: declining, and being gone, passes the turn on; nobody in line leaves the lock free', async () => {
  const { id, ana, ben, cle, fence } = await three('orders', orders());
  await join(ben, id);
  await join(cle, id);
  await ben.wire.call('session.close', { signOut: false });
  await ana.release(id, fence);
  expect((await toldEnd(rita, id, fence, A_SECOND)).row.lock).toMatchObject({ for: { name: 'cle' } });
  expect(await cle.wire.call('lock.leaveLine', { conversationId: id })).toEqual({ waiting: true });
  expect((await changed(id, 'offer_over')).row.lock).toEqual({ status: 'free', fence });
  expect((await ana.acquire(id)).fence).toBe(fence + 1);
});

test('L11: what the lock ends by makes no difference: an answer that is sent offers it as well', async () => {
  const { id, ana, ben, fence } = await three('orders', orders());
  await join(ben, id);
  await ana.send(id, { fence, lastSeen: 1 });
  expect((await toldEnd(ben, id, fence, A_SECOND)).row.lock).toMatchObject({ for: { name: 'ben' } });
  expect((await ben.acquire(id)).fence).toBe(fence + 1);
});

test('L12: lock and draft pass to a colleague who is there, in one step', async () => {
  const { id, ana, ben, fence } = await three('orders', orders());
  const draft = { conversationId: id, kind: 'reply' } as const;
  await ana.wire.call('draft.save', { ...draft, body: 'Dear customer,', revision: 0 });
  const to = world.agent('ben').id;
  expect(await handOver(ana, id, fence, to)).toEqual({ state: 'passed' });
  const ended = await toldEnd(rita, id, fence, A_SECOND);
  expect(ended).toMatchObject({
    reason: 'handed_over',
    note: 'please',
    row: { lock: { holder: { name: 'ben' } } },
  });
  const granted = await toldOf(
    ben,
    'lock.granted',
    id,
    (data) => data.row.lock.fence === fence + 1,
    A_SECOND,
  );
  expect(granted.row.lock).toMatchObject({ sessionId: ben.wire.session.id });
  const opened = await ben.wire.call('conversation.open', { conversationId: id, view: false, limit: 10 });
  expect(opened.drafts).toMatchObject([{ kind: 'reply', body: 'Dear customer,' }]);
  expect((await refusal('lock_lost', ana.send(id, { fence, lastSeen: 1 }))).details.reason).toBe(
    'handed_over',
  );
  // Ben's server keeps it alive for longer than any lease that Ana left.
  const held = () =>
    world.rows('SELECT 1 FROM lock_epochs WHERE conversation_id = ? AND ended_at IS NULL', id).length;
  await staysTrue('Ben has it', () => held() === 1, SHORT.lockTtl + SLACK);
  await ben.send(id, { fence: fence + 1, lastSeen: 1 });
});

test('L12: to a colleague who is not there it is an offer, and the holder keeps the lock until it is taken', async () => {
  const { id, ana, ben, fence } = await three('orders', orders());
  await ben.wire.call('session.close', { signOut: false });
  const to = world.agent('ben').id;
  expect((await handOver(ana, id, fence, to)).state).toBe('offered');
  const offered = await changed(id, 'hand_over');
  expect(offered.row).toMatchObject({
    lock: { status: 'held', holder: { name: 'ana' } },
    line: { handOver: { to: { name: 'ben' }, note: 'please' } },
  });
  expect(await handOver(ana, id, fence, null)).toEqual({ state: 'withdrawn' });
  await handOver(ana, id, fence, to);
  const back = await tab('ben');
  expect(await accept(back, id)).toMatchObject({ fence: fence + 1 });
  expect((await toldEnd(ana, id, fence, A_SECOND)).reason).toBe('handed_over');
});

test('L12: a colleague asks: yes passes it on, no keeps it, and so does typing on', async () => {
  const { id, ana, ben, fence } = await three('orders', orders());
  const first = await ask(ben, id, 'I know him');
  expect((await changed(id, 'asked_for')).row.line?.asks).toMatchObject([
    { id: first.askId, from: { name: 'ben' }, note: 'I know him', deadline: first.deadline },
  ]);
  await answer(ana, id, first.askId, 'keep');
  expect((await changed(id, 'ask_over')).row.line).toBeUndefined();
  await refusal('conflict', answer(ana, id, first.askId, 'pass'));
  const second = await ask(ben, id);
  const over = () =>
    world.rows<{ outcome: string | null }>('SELECT outcome FROM lock_asks WHERE id = ?', second.askId)[0]
      ?.outcome === 'kept';
  await eventually('typing on is "keep"', () => {
    ana.wire.signal('activity', { conversationId: id, kind: 'reply' });
    return over();
  });
  const third = await ask(ben, id);
  await answer(ana, id, third.askId, 'pass');
  expect((await toldEnd(ana, id, fence, A_SECOND)).reason).toBe('handed_over');
  await ben.send(id, { fence: fence + 1, lastSeen: 1 });
});

test('L12: neither answer nor activity for askGrace counts as idle, and whoever asked has it', async () => {
  const { id, ana, ben, fence } = await three('quick', quick());
  await ask(ben, id);
  const ended = await toldEnd(ana, id, fence, ASK + A_SECOND + 500);
  expect(ended).toMatchObject({ reason: 'idle', row: { lock: { status: 'held', holder: { name: 'ben' } } } });
  await ben.send(id, { fence: fence + 1, lastSeen: 1 });
});

test('L13: an admin takes a lock away: the holder is told at once by whom and keeps the draft; it is in the audit', async () => {
  const { id, ana, cle, fence } = await three('orders', orders());
  const mia = await tab('mia');
  const draft = { conversationId: id, kind: 'reply' } as const;
  await ana.wire.call('draft.save', { ...draft, body: 'Half a text', revision: 0 });
  await refusal('forbidden', takeOver(cle, id));
  const taken = await takeOver(mia, id, 'urgent');
  expect(taken.fence).toBe(fence + 1);
  const ended = await toldEnd(ana, id, fence, A_SECOND);
  expect(ended).toMatchObject({ reason: 'taken_over', by: { name: 'mia' }, note: 'urgent' });
  expect((await refusal('lock_lost', ana.send(id, { fence, lastSeen: 1 }))).details.reason).toBe(
    'taken_over',
  );
  const opened = await ana.wire.call('conversation.open', { conversationId: id, view: false, limit: 10 });
  expect(opened.drafts).toMatchObject([{ body: 'Half a text' }]);
  const audit = world.rows<{ action: string; actor: string; details: string }>(
    'SELECT action, actor_id AS actor, details FROM audit WHERE object_id = ? ORDER BY at, id',
    id,
  );
  expect(audit.map(({ action, actor }) => [action, actor])).toEqual([
    ['lock.taken_over.refused', world.agent('cle').id],
    ['lock.taken_over', world.agent('mia').id],
    // What she tried to send under the fence that she had lost (I28).
    ['reply.refused', world.agent('ana').id],
  ]);
  expect(JSON.parse(audit[1]?.details ?? '')).toMatchObject({ from: world.agent('ana').id, note: 'urgent' });
  await mia.send(id, { fence: taken.fence, lastSeen: 1 });
});

test('L13: the inbox says who may: set to members, everybody who may reply takes over, and nobody else', async () => {
  const { id, cle, fence } = await three('quick', quick());
  const inbox = world.stream('quick').slice('inbox:'.length);
  const changedInbox = await world.rest('mia').call(changeInbox, {
    params: { inbox },
    body: { takeOverBy: 'members', times: { handOverTime: 2_000 } },
  });
  expect(changedInbox).toMatchObject({ takeOverBy: 'members', times: { handOverTime: 2_000 } });
  expect((await takeOver(cle, id)).fence).toBe(fence + 1);
  await refusal('forbidden', takeOver(rita, id));
  await world.rest('mia').call(changeInbox, { params: { inbox }, body: { takeOverBy: 'admins' } });
});

test('L8: take-over and hand-over over REST pass the same door', async () => {
  const { id, ana, ben, fence } = await three('orders', orders());
  const params = { conversation: id };
  const body = () => ({ requestId: newClientId() });
  await refusal('forbidden', world.rest('cle').call(takeOverLock, { params, body: body() }));
  const taken = await world.rest('mia').call(takeOverLock, { params, body: { ...body(), note: 'by REST' } });
  expect(taken.fence).toBe(fence + 1);
  expect((await toldEnd(ana, id, fence, A_SECOND)).note).toBe('by REST');
  const to = world.agent('ben').id;
  const hand = { fence: taken.fence, session: taken.session, to };
  expect(await world.rest('mia').call(handOverLock, { params, body: hand })).toEqual({ state: 'passed' });
  expect(
    await world
      .rest('mia')
      .call(releaseLock, { params, body: { fence: taken.fence, session: taken.session } }),
  ).toEqual({ held: false });
  await ben.send(id, { fence: taken.fence + 1, lastSeen: 1 });
});

test('L19: the history says who passed it on and who took it over', async () => {
  const { id, ana, ben, fence } = await three('orders', orders());
  const { askId } = await ask(ben, id);
  await answer(ana, id, askId, 'pass');
  const mia = await tab('mia');
  await takeOver(mia, id);
  const params = { conversation: id };
  const { periods } = await world.rest('ana').call(lockHistory, { params });
  expect(
    periods.map((one) => [one.fence, one.holder.name, one.endReason, one.endedBy?.name ?? null]),
  ).toEqual([
    [fence + 2, 'mia', null, null],
    [fence + 1, 'ben', 'taken_over', 'mia'],
    [fence, 'ana', 'handed_over', null],
  ]);
  expect(periods.at(-1)?.asks).toMatchObject([{ from: { name: 'ben' }, outcome: 'passed' }]);
  const path = lockHistory.path.replace('{conversation}', id);
  const headers = { authorization: `Bearer ${world.agent('ana').token}` };
  const csv = await (await fetch(`${world.server().url}${path}?format=csv`, { headers })).text();
  expect(csv.split('\r\n')[0]).toContain('asked for by');
  expect(csv).toMatch(/,handed_over,,ben .*Z passed/u);
});
