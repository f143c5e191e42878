import { LatchboxError } from '@latchbox/shared';
import { describe, expect, test } from 'vitest';
import { membersOfInbox } from '../database/directory/members.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import { givenDirectory, givenStaff } from '../directory/testing/directory.ts';
import { silentLog } from '../lib/log.ts';
import { personalInboxFor } from './personal-inbox.ts';
import { createReadingEnds } from './readings.ts';
import { createSeats } from './seats.ts';

async function given(dialect: (typeof TEST_DIALECTS)[number]) {
  const at = await givenDirectory(dialect);
  const staff = await givenStaff(at.directory);
  const deps = {
    db: at.db,
    clock: at.clock,
    log: silentLog,
    wake: () => undefined,
    hints: { publish: () => undefined },
    locks: { endInScope: () => Promise.resolve() },
    config: { ACCESS_TOKEN_MINUTES: 15, REFRESH_DAYS: 30, RATE_LIMIT_FACTOR: 1 },
    mailLeaves: true,
  };
  return {
    ...staff,
    at,
    deps,
    seats: createSeats(deps),
    [Symbol.asyncDispose]: () => at[Symbol.asyncDispose](),
  };
}

type Given = Awaited<ReturnType<typeof given>>;

/** A personal inbox of somebody's. */
const personalOf = ({ at, deps }: Given, { id }: { readonly id: string }): Promise<string> =>
  at.db.inTransaction((tx) =>
    personalInboxFor(tx, deps, { owner: { id, name: 'Anna' }, address: 'anna@place.example', by: id }),
  );

/** Who else sees it. */
async function readersOf({ at, anna }: Given, inboxId: string): Promise<string[]> {
  const members = await membersOfInbox(at.db.read, inboxId);
  return members.map(({ agentId }) => agentId).filter((agentId) => agentId !== anna.id);
}

/** `ok`, or the rule by which each was refused. */
async function said(works: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(works);
  return settled.map((one) => {
    if (one.status === 'fulfilled') return 'ok';
    if (!LatchboxError.is(one.reason, 'refused')) throw one.reason;
    return one.reason.details.rule;
  });
}

describe.each(TEST_DIALECTS)('requests at once on %s', { timeout: 60_000 }, (dialect) => {
  test('of five mailboxes that are asked for at once, by oneself and by an admin, there are two', async () => {
    await using on = await given(dialect);
    const { seats, anna, admin } = on;
    const own = { agentId: anna.id };
    const ask = (nth: number) =>
      nth % 2 === 0
        ? seats.requests.request(own, { address: `anna@place-${nth}.example` })
        : seats.requests.request(admin, { address: `x${nth}@place.example`, ownerId: anna.id });
    const answers = await said([0, 1, 2, 3, 4].map(ask));
    expect(answers.filter((one) => one === 'ok')).toHaveLength(2);
    expect(answers.filter((one) => one === 'mailbox_limit_reached')).toHaveLength(3);
    expect((await seats.limits.seat(own, anna.id)).used).toBe(2);
  });

  test('an address that several ask for at once is one’s', async () => {
    await using on = await given(dialect);
    const { seats, anna, ben } = on;
    const address = 'shed@place.example';
    const answers = await said(
      [anna, ben].map(({ id }) => seats.requests.request({ agentId: id }, { address })),
    );
    expect(answers.toSorted()).toEqual(['mailbox_in_use', 'ok']);
  });

  test('what is approved and declined at once is one of the two', async () => {
    await using on = await given(dialect);
    const { seats, anna, admin } = on;
    const { id } = await seats.requests.request({ agentId: anna.id }, { address: 'shed@place.example' });
    const answers = await said([
      seats.requests.approve(admin, id, 'It is hers.'),
      seats.requests.withdraw({ agentId: anna.id }, id),
    ]);
    const { state } = await seats.requests.one(admin, id);
    // Whoever comes second may still withdraw what was approved.
    expect(['withdrawn', 'approved']).toContain(state);
    if (state === 'approved') throw new Error('a withdrawal was lost');
    expect(answers[1]).toBe('ok');
    expect(['ok', 'mailbox_request_withdrawn']).toContain(answers[0]);
  });

  test('what two admins decide at once, one of them decides', async () => {
    await using on = await given(dialect);
    const { seats, anna, ben, admin, at } = on;
    await at.directory.changeAgent(admin, ben.id, { role: 'admin' });
    const other = { agentId: ben.id };
    const { id } = await seats.requests.request({ agentId: anna.id }, { address: 'shed@place.example' });
    const twice = await said([
      seats.requests.approve(admin, id, 'It is hers.'),
      seats.requests.approve(other, id, 'It is.'),
    ]);
    expect(twice.toSorted()).toEqual(['mailbox_request_decided', 'ok']);
    const by = (await seats.requests.one(admin, id)).decidedBy?.id;
    expect(by).toBe(twice[0] === 'ok' ? admin.agentId : ben.id);
    const apart = await said([
      seats.requests.decline(admin, id, 'No.'),
      seats.requests.decline(other, id, 'No, no.'),
    ]);
    expect(apart.toSorted()).toEqual(['mailbox_request_declined', 'ok']);
  });

  test('a personal inbox that is opened while the organisation takes it back is closed again', async () => {
    await using on = await given(dialect);
    const { seats, admin, anna } = on;
    const inbox = await personalOf(on, anna);
    await seats.organisation.change(admin, { adminsMayReadPersonal: true, terms: 'Be kind.' });
    const [off, open] = await Promise.all([
      seats.organisation.change(admin, { adminsMayReadPersonal: false }),
      said([seats.personal.open(admin, inbox, 'She is ill.')]),
    ]);
    expect(off).toMatchObject({ adminsMayReadPersonal: false, terms: 'Be kind.', termsVersion: 1 });
    expect(['ok', 'inbox_personal_closed']).toContain(open[0]);
    expect(await readersOf(on, inbox)).toEqual([]);
    expect(await said([seats.personal.list(admin)])).toEqual(['inbox_personal_closed']);
  });

  test('it closes by itself after an hour, and when who opened it is no admin any more', async () => {
    await using on = await given(dialect);
    const { seats, admin, anna, ben, at } = on;
    const inbox = await personalOf(on, anna);
    const ends = createReadingEnds({ ...on.deps, every: 1_000 });
    await seats.organisation.change(admin, { adminsMayReadPersonal: true });
    await at.directory.changeAgent(admin, ben.id, { role: 'admin' });
    await seats.personal.open(admin, inbox, 'She is ill.');
    await seats.personal.open({ agentId: ben.id }, inbox, 'A customer waits.');
    await ends.look();
    expect(await readersOf(on, inbox)).toHaveLength(2);
    await at.directory.changeAgent(admin, ben.id, { role: 'agent' });
    await ends.look();
    expect(await readersOf(on, inbox)).toEqual([admin.agentId]);
    await at.clock.advance(3_600_000);
    await ends.look();
    expect(await readersOf(on, inbox)).toEqual([]);
    const read = await seats.personal.readings({ agentId: anna.id }, inbox);
    expect(read.map(({ endedAt }) => endedAt === null)).toEqual([false, false]);
  });

  test('changes of the organisation that come at once are all kept', async () => {
    await using on = await given(dialect);
    const { seats, admin } = on;
    await Promise.all([
      seats.organisation.change(admin, { mailboxLimit: 5 }),
      seats.organisation.change(admin, { groupAddressesAllowed: true }),
      seats.organisation.change(admin, { terms: 'Be kind.' }),
    ]);
    expect(await seats.organisation.get()).toMatchObject({
      name: 'Fernhill Paper',
      mailboxLimit: 5,
      groupAddressesAllowed: true,
      termsVersion: 1,
    });
  });
});
