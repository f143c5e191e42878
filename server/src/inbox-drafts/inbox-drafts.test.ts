/** What happens to a draft when servers die, providers say nothing, and two do the same at once. */
import { LatchboxError } from '@latchbox/shared';
import { describe, expect, test, vi } from 'vitest';
import { inboxDrafts, inboxes, numbers } from '../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import { givenDirectory, givenStaff } from '../directory/testing/directory.ts';
import { silentLog } from '../lib/log.ts';
import type { NumberDesk } from './api.ts';
import { createInboxDrafts } from './inbox-drafts.ts';

// Starting PGlite takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const NUMBER = '+447700900123';
const MINUTE = 60_000;

/** A provider that keeps its numbers whatever becomes of us. */
function createProvider() {
  const owned = new Map<string, { sid: string; tag: string }>();
  let bought = 0;
  /** What goes wrong at the next purchases and returns, one after the other. */
  const trouble: ('lost answer' | 'nothing happened' | 'no texts')[] = [];
  const releases: ('fails' | 'works')[] = [];
  const desk: NumberDesk = {
    buy(e164, tag) {
      const wrong = trouble.shift();
      if (wrong === 'nothing happened') return Promise.reject(new Error('the connection broke'));
      if (owned.has(e164)) return Promise.resolve({ outcome: 'taken', reason: 'Somebody else has it.' });
      const sid = `PN${(bought += 1)}`;
      owned.set(e164, { sid, tag });
      if (wrong === 'lost answer') return Promise.reject(new Error('the connection broke'));
      const number = { sid, sms: wrong !== 'no texts', mms: true, voice: true };
      return Promise.resolve({ outcome: 'bought', number });
    },
    find(e164, tag) {
      const own = owned.get(e164);
      const number = own?.tag === tag ? { sid: own.sid, sms: true, mms: true, voice: true } : undefined;
      return Promise.resolve(number);
    },
    release(sid) {
      if (releases.shift() === 'fails') return Promise.reject(new Error('the connection broke'));
      for (const [e164, own] of owned) if (own.sid === sid) owned.delete(e164);
      return Promise.resolve();
    },
    added: () => Promise.resolve(),
  };
  return { desk, owned, trouble, releases, bought: () => bought };
}

describe.each(TEST_DIALECTS)('inboxes that are being created on %s', (dialect) => {
  async function given() {
    const at = await givenDirectory(dialect);
    const staff = await givenStaff(at.directory);
    const provider = createProvider();
    const server = () =>
      createInboxDrafts({
        db: at.db,
        clock: at.clock,
        log: silentLog,
        wake: () => undefined,
        hints: { publish: () => undefined },
        locks: { endInScope: () => Promise.resolve() },
        config: { ACCESS_TOKEN_MINUTES: 15, REFRESH_DAYS: 30, RATE_LIMIT_FACTOR: 1 },
        numbers: provider.desk,
      });
    const first = server();
    const draft = await first.begin(staff.admin, {
      name: 'Texts',
      number: NUMBER,
      members: [{ agentId: staff.anna.id, capability: 'reply' }],
    });
    const named = async (name: string) =>
      (await at.db.read.select().from(inboxes)).filter((inbox) => inbox.name === name);
    /** A server that starts, looks once for what is due, and stops. */
    const resume = async () => {
      const other = server();
      other.start();
      await other.stop();
    };
    const state = async () => await first.get(staff.admin, draft.id);
    return { at, staff, provider, server, first, draft, named, resume, state };
  }

  test('a server killed after the number was bought and before the inbox was created: another finds the number and creates the inbox, once', async () => {
    const { at, staff, provider, first, draft, named, resume, state } = await given();
    await using _ = at;
    provider.trouble.push('lost answer');
    expect(await first.confirm(staff.admin, draft.id)).toMatchObject({ state: 'confirming' });
    expect(await named('Texts')).toEqual([]);
    await expect(first.confirm(staff.admin, draft.id)).rejects.toMatchObject({ code: 'conflict' });
    await resume();
    expect(await state()).toMatchObject({ state: 'confirming' });
    await at.clock.advance(MINUTE);
    await Promise.all([resume(), resume()]);
    const done = await state();
    expect(done).toMatchObject({ state: 'done', problem: null });
    expect(await named('Texts')).toMatchObject([{ id: done.inboxId }]);
    expect(provider.bought()).toBe(1);
    const [number] = await at.db.read.select().from(numbers);
    expect(number).toMatchObject({
      e164: NUMBER,
      providerSid: 'PN1',
      inboxId: done.inboxId,
      isPrimary: true,
    });
    expect(await at.directory.members(staff.admin, 'texts')).toMatchObject([{ agentId: staff.anna.id }]);
    await at.clock.advance(10 * MINUTE);
    await resume();
    expect(await named('Texts')).toHaveLength(1);
  });

  test('a server killed before the number was bought: another buys it', async () => {
    const { at, staff, provider, first, draft, named, resume, state } = await given();
    await using _ = at;
    provider.trouble.push('nothing happened');
    expect(await first.confirm(staff.admin, draft.id)).toMatchObject({ state: 'confirming' });
    await at.clock.advance(MINUTE);
    await resume();
    expect(await state()).toMatchObject({ state: 'done' });
    expect(await named('Texts')).toHaveLength(1);
    expect(provider.bought()).toBe(1);
  });

  test('a number that was bought for an inbox that cannot be created is given back, also when that takes several attempts; the draft is open again and says why', async () => {
    const { at, staff, provider, first, draft, named, resume, state } = await given();
    await using _ = at;
    provider.trouble.push('no texts');
    provider.releases.push('fails');
    const refused = first.confirm(staff.admin, draft.id);
    await expect(refused).rejects.toMatchObject({ code: 'refused', details: { rule: 'number_no_texts' } });
    expect(await state()).toMatchObject({ state: 'releasing' });
    expect(provider.owned.size).toBe(1);
    await at.clock.advance(MINUTE);
    await resume();
    expect(await state()).toMatchObject({ state: 'open', problem: expect.any(String) });
    expect(provider.owned.size).toBe(0);
    expect(await named('Texts')).toEqual([]);
    // Nothing of it is left: the same number can be chosen again.
    expect(await first.confirm(staff.admin, draft.id)).toMatchObject({ state: 'done' });
  });

  test('an admin who is none any more when the number has come gets no inbox, and the number goes back', async () => {
    const { at, staff, provider, first, draft, named, resume } = await given();
    await using _ = at;
    const second = { email: 'second@fernhill.example', password: 'correct horse battery' };
    const other = await at.directory.createAgent(staff.admin, {
      kind: 'person',
      name: 'Second',
      role: 'admin',
      ...second,
    });
    provider.trouble.push('lost answer');
    await first.confirm({ agentId: other.id }, draft.id);
    await at.directory.changeAgent(staff.admin, other.id, { role: 'agent' });
    await at.clock.advance(MINUTE);
    await resume();
    expect(await named('Texts')).toEqual([]);
    expect(provider.owned.size).toBe(0);
    expect(await first.get(staff.admin, draft.id)).toMatchObject({ state: 'open' });
  });

  test('of many who confirm at once one creates; of two drafts with one number one gets it, and the other can go on', async () => {
    const { at, staff, provider, first, draft, named, server } = await given();
    await using _ = at;
    const rival = await server().begin(staff.admin, { name: 'Rival', number: NUMBER });
    const all = await Promise.allSettled(
      [draft.id, rival.id, draft.id, rival.id].map((id) => server().confirm(staff.admin, id)),
    );
    for (const one of all)
      if (one.status === 'rejected')
        expect(LatchboxError.is(one.reason, 'conflict', 'refused', 'invalid')).toBe(true);
    expect([...(await named('Texts')), ...(await named('Rival'))]).toHaveLength(1);
    expect(provider.bought()).toBe(1);
    const left = (await first.list(staff.admin))[0];
    expect(left).toMatchObject({ state: 'open' });
    if (left === undefined) return;
    const changed = await first.change(staff.admin, left.id, left.revision, { number: '+447700900124' });
    expect(await first.confirm(staff.admin, changed.id)).toMatchObject({ state: 'done' });
    const rows = await at.db.read.select().from(inboxDrafts);
    expect(rows.map(({ state: one }) => one)).toEqual(['done', 'done']);
  });

  test('a server that comes back after another has gone on changes nothing', async () => {
    const { at, staff, provider, first, draft, named, resume, state } = await given();
    await using _ = at;
    const slow = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const buy = provider.desk.buy.bind(provider.desk);
    Object.assign(provider.desk, {
      buy: async (...given: Parameters<typeof buy>) => {
        const answer = await buy(...given);
        asked.resolve();
        await slow.promise;
        return answer;
      },
    });
    const late = first.confirm(staff.admin, draft.id);
    await asked.promise;
    await at.clock.advance(2 * MINUTE);
    await resume();
    expect(await state()).toMatchObject({ state: 'done' });
    slow.resolve();
    expect(await late).toMatchObject({ state: 'done' });
    expect(await named('Texts')).toHaveLength(1);
    expect(provider.owned.get(NUMBER)).toMatchObject({ sid: 'PN1' });
  });
});
