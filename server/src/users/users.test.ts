import { LatchboxError, refuse } from '@latchbox/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refusalOf } from '../collaboration/testing/passing.ts';
import { agentById } from '../database/directory/agents.ts';
import { userLinks } from '../database/schema/sqlite.ts';
import { givenAgent } from '../database/testing/given.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import { CALLER, givenUsers, PASSWORD, type UsersFixture } from './testing/users.ts';
import { totpAt } from './totp.ts';
import { createUsers } from './users.ts';

const START_LIMIT = 60_000;
const HOUR = 60 * 60 * 1_000;
const DAY = 24 * HOUR;

describe.each(TEST_DIALECTS)('users on %s', { timeout: START_LIMIT }, (dialect) => {
  let at: UsersFixture;
  beforeEach(async () => {
    at = await givenUsers(dialect);
  }, START_LIMIT);
  afterEach(() => at.w.close());

  const code = async (work: Promise<unknown>) => (await refusalOf(work)).code;
  const ruleOf = async (work: Promise<unknown>) => {
    const { details } = await refusalOf(work);
    return (details as { rule?: string }).rule;
  };
  const stateOf = async (id: string) => (await agentById(at.w.db.read, id))?.state;
  const invited = async (email = 'ida@shop.example') => {
    const { user } = await at.users.inviteUser(at.admin, { email });
    return { id: user.id, token: at.newestToken(user.id) };
  };
  const accept = (token: string, name = 'Ida') =>
    at.users.acceptInvitation({ token, name, password: PASSWORD });
  const fulfilled = (all: readonly PromiseSettledResult<unknown>[]): number =>
    all.filter(({ status }) => status === 'fulfilled').length;
  /** A new second factor of somebody, in use; answers its secret. */
  const withFactor = async (agentId: string): Promise<string> => {
    const self = { agentId, signInId: 'sgn_none' };
    const { secret } = await at.users.beginFactor(self, { password: PASSWORD });
    await at.users.confirmFactor(self, { code: totpAt(secret, at.w.clock.now()) });
    return secret;
  };

  test('each link ends when its time is over, and no moment before', async () => {
    const { clock } = at.w;
    const ida = await invited();
    await clock.advance(7 * DAY - 1);
    expect(await at.users.readInvitation(ida.token)).toMatchObject({ email: 'ida@shop.example' });
    await clock.advance(1);
    expect(await code(at.users.readInvitation(ida.token))).toBe('not_found');
    expect(await code(accept(ida.token))).toBe('not_found');
    expect(await stateOf(ida.id)).toBe('invited');
    // It is still listed, as one whose time is over, and can be sent again.
    const { invitation } = await at.users.getUser(at.admin, ida.id);
    expect(invitation?.expiresAt).toBe(clock.now());
    await at.users.sendInvitation(at.admin, ida.id, {});
    await accept(at.newestToken(ida.id));

    await at.users.sendPasswordReset(at.admin, ida.id, {});
    const reset = at.newestToken(ida.id);
    await clock.advance(HOUR);
    expect(await code(at.users.resetPassword({ token: reset, password: PASSWORD }, CALLER))).toBe(
      'not_found',
    );
    await at.users.sendPasswordReset(at.admin, ida.id, {});
    await clock.advance(HOUR - 1);
    await at.users.resetPassword({ token: at.newestToken(ida.id), password: PASSWORD }, CALLER);

    await at.users.sendVerification(at.admin, at.w.anna.id, {});
    const late = at.newestToken(at.w.anna.id);
    await clock.advance(DAY);
    expect(await code(at.users.confirmAddress(late))).toBe('not_found');
    await at.users.sendVerification(at.admin, at.w.anna.id, {});
    await clock.advance(DAY - 1);
    await at.users.confirmAddress(at.newestToken(at.w.anna.id));
    expect((await at.users.getUser(at.admin, at.w.anna.id)).verified).toEqual({
      at: clock.now(),
      via: 'mail',
    });
  });

  test('of many who accept one invitation at once one does; withdrawn at the same moment it is one or the other', async () => {
    const ida = await invited();
    const names = ['Ida', 'Ada', 'Oda', 'Uda'];
    const all = await Promise.allSettled(names.map((name) => accept(ida.token, name)));
    expect(fulfilled(all)).toBe(1);
    const winner = names[all.findIndex(({ status }) => status === 'fulfilled')];
    expect(await agentById(at.w.db.read, ida.id)).toMatchObject({ name: winner, state: 'active' });
    for (let nth = 0; nth < 5; nth += 1) {
      const next = await invited(`next-${nth}@shop.example`);
      const pair = [() => accept(next.token), () => at.users.withdrawInvitation(at.admin, next.id)] as const;
      const both = await Promise.allSettled((nth % 2 === 0 ? pair : pair.toReversed()).map((go) => go()));
      expect(fulfilled(both)).toBe(1);
      const accepted = both[nth % 2 === 0 ? 0 : 1]?.status === 'fulfilled';
      expect(await stateOf(next.id)).toBe(accepted ? 'active' : 'deactivated');
    }
  });

  test('of many who set a new password by one link at once one does', async () => {
    const ida = await invited();
    await accept(ida.token);
    await at.users.sendPasswordReset(at.admin, ida.id, {});
    const token = at.newestToken(ida.id);
    const words = ['one pass phrase', 'two pass phrases', 'three pass phrases'];
    const all = await Promise.allSettled(
      words.map((password) => at.users.resetPassword({ token, password }, CALLER)),
    );
    expect(fulfilled(all)).toBe(1);
    const set = words[all.findIndex(({ status }) => status === 'fulfilled')];
    expect((await agentById(at.w.db.read, ida.id))?.passwordHash).toBe(`hash of ${set}`);
  });

  test('the last admin stays, whatever two admins do to each other at once', async () => {
    const { users, admin } = at;
    const other = await givenAgent(at.w.db, 'Otto Min', [], { role: 'admin' });
    const second = { agentId: other.id };
    const acts = [
      (by: { agentId: string }, to: string) => users.changeUser(by, to, { role: 'agent' }),
      (by: { agentId: string }, to: string) => users.lockUser(by, to),
      (by: { agentId: string }, to: string) => users.deactivateUser(by, to, {}),
    ];
    for (const one of acts)
      for (const two of acts) {
        const both = await Promise.allSettled([one(admin, second.agentId), two(second, admin.agentId)]);
        expect(fulfilled(both)).toBe(1);
        for (const end of both)
          if (end.status === 'rejected')
            expect(LatchboxError.is(end.reason, 'forbidden', 'refused', 'unauthenticated')).toBe(true);
        // Whoever is left puts the other one back.
        const left = both[0]?.status === 'fulfilled' ? admin : second;
        const gone = left === admin ? second : admin;
        const state = await stateOf(gone.agentId);
        if (state === 'locked') await users.unlockUser(left, gone.agentId);
        if (state === 'deactivated') await users.reactivateUser(left, gone.agentId);
        await users.changeUser(left, gone.agentId, { role: 'admin' });
      }
    // Each may step down, but not both.
    for (let nth = 0; nth < 3; nth += 1) {
      const down = [admin, second].map((one) => users.changeUser(one, one.agentId, { role: 'agent' }));
      const both = await Promise.allSettled(down);
      expect(fulfilled(both)).toBe(1);
      const [left, gone] = both[0]?.status === 'fulfilled' ? [second, admin] : [admin, second];
      await users.changeUser(left, gone.agentId, { role: 'admin' });
    }
    await users.changeUser(admin, admin.agentId, { role: 'agent' });
    expect(await ruleOf(users.changeUser(second, second.agentId, { role: 'agent' }))).toBe('user_last_admin');
  });

  test('a new password is asked for alike, whoever has an account: nothing is read before the answer, and one mail is posted', async () => {
    const { email } = await at.users.getUser(at.admin, at.w.anna.id);
    const ida = await invited();
    await accept(ida.token);
    let looked = 0;
    const counted = {
      ...at.deps,
      db: {
        ...at.w.db,
        get read() {
          looked += 1;
          return at.w.db.read;
        },
        inTransaction: ((work) => {
          looked += 1;
          return at.w.db.inTransaction(work);
        }) as typeof at.w.db.inTransaction,
      },
    };
    const asked = createUsers(counted);
    const posted = at.mails.length;
    // Known, unknown, no address at all, of somebody without a password, and of somebody who has not accepted yet.
    const waits = await invited('kai@shop.example');
    for (const address of [' IDA@shop.example ', 'nobody@shop.example', 'x', email, 'kai@shop.example'])
      expect(await asked.askPasswordReset(address, CALLER)).toBeUndefined();
    expect(looked).toBe(0);
    await at.w.clock.advance(50);
    await asked.settled();
    expect(at.mails.slice(posted + 1).map(({ agentId, to }) => [agentId, to])).toEqual([
      [ida.id, 'ida@shop.example'],
    ]);
    // The link of the one is not the other's kind.
    expect(await code(at.users.readInvitation(at.newestToken(ida.id)))).toBe('not_found');
    expect(await at.users.readInvitation(waits.token)).toMatchObject({ email: 'kai@shop.example' });
    // Three times within an hour, also for an address that nobody has.
    for (const address of ['ida@shop.example', 'nobody@shop.example']) {
      await asked.askPasswordReset(address, CALLER);
      await asked.askPasswordReset(address, CALLER);
      expect(await code(asked.askPasswordReset(address, CALLER))).toBe('rate_limited');
    }
    await at.w.clock.advance(50);
    await asked.settled();
  });

  test('links are kept as hashes, and their newest alone opens', async () => {
    const ida = await invited();
    await at.users.sendInvitation(at.admin, ida.id, {});
    expect(await code(at.users.readInvitation(ida.token))).toBe('not_found');
    const stored = JSON.stringify(await at.w.db.read.select().from(userLinks));
    expect(stored).not.toContain(ida.token);
    expect(stored).not.toContain(at.newestToken(ida.id));
  });

  test('a code counts once and in its time; after five wrong ones none is looked at for 15 minutes', async () => {
    const { clock } = at.w;
    const ida = await invited();
    await accept(ida.token);
    const self = { agentId: ida.id, signInId: 'sgn_none' };
    const secret = await withFactor(ida.id);
    const { checkCode } = await import('./check-code.ts');
    const enter = (given: string) =>
      at.w.db.inTransaction((tx) =>
        checkCode(tx, at.deps, { agentId: ida.id, code: given, confirmed: true }),
      );
    const now = (ms = 0) => totpAt(secret, clock.now() + ms);
    expect(await enter(now())).toEqual({ wrong: true });
    expect(await enter(now(30_000))).toEqual({ right: 'code' });
    // Older than the newest that counted, and too old or too new for its time.
    expect(await enter(now())).toEqual({ wrong: true });
    await clock.advance(5 * 60_000);
    expect(await enter(now(-60_000))).toEqual({ wrong: true });
    expect(await enter(now(60_000))).toEqual({ wrong: true });
    expect(await enter(now(-30_000))).toEqual({ right: 'code' });
    expect(await enter(now())).toEqual({ right: 'code' });
    await clock.advance(5 * 60_000);
    for (let nth = 0; nth < 5; nth += 1) expect(await enter('not-a-code')).toEqual({ wrong: true });
    expect(await enter(now())).toEqual({ wait: 15 * 60_000 });
    await clock.advance(15 * 60_000 - 1);
    expect(await enter(now())).toEqual({ wait: 1 });
    await clock.advance(1);
    expect(await enter(now())).toEqual({ right: 'code' });
    const { recoveryCodes } = await at.users.renewRecoveryCodes(self, { password: PASSWORD });
    const both = await Promise.all([enter(recoveryCodes[0] ?? ''), enter(recoveryCodes[0] ?? '')]);
    expect(both.filter((one) => 'right' in one)).toHaveLength(1);
  });

  test('an alias stands for nobody else', async () => {
    const { users, admin } = at;
    const { anna, ben } = at.w;
    await users.sendVerification(admin, anna.id, { via: 'desk+anna@shop.example' });
    await users.confirmAddress(at.newestToken(anna.id));
    expect((await users.getUser(admin, anna.id)).verified?.via).toBe('alias');
    const { email } = await users.getUser(admin, anna.id);
    for (const via of ['desk+anna@shop.example', email])
      expect(await ruleOf(users.sendVerification(admin, ben.id, { via }))).toBe('user_alias_of_colleague');
    expect(await ruleOf(users.inviteUser(admin, { email: 'x@shop.example', sendTo: email }))).toBe(
      'user_alias_of_colleague',
    );
    // Another address is nobody's until it is proved.
    await users.changeUser(admin, anna.id, { email: 'anna.new@shop.example' });
    expect((await users.getUser(admin, anna.id)).verified).toBeNull();
  });

  test('nothing of an act that fails stays', async () => {
    const failing = createUsers({ ...at.deps, post: () => Promise.reject(refuse('not_connected')) });
    await expect(failing.inviteUser(at.admin, { email: 'ida@shop.example' })).rejects.toMatchObject({
      code: 'not_connected',
    });
    const all = await at.users.listUsers(at.admin);
    expect(all.some(({ email }) => email === 'ida@shop.example')).toBe(false);
  });
});
