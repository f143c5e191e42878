import { asc } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refusalOf } from '../collaboration/testing/passing.ts';
import { insertLink } from '../database/directory/user-links.ts';
import { userLinks } from '../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import { createLinkEnds } from './forget-links.ts';
import { CALLER, givenUsers, PASSWORD, tokenIn, type UsersFixture } from './testing/users.ts';

const START_LIMIT = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe.each(TEST_DIALECTS)('links that are long over, on %s', { timeout: START_LIMIT }, (dialect) => {
  let at: UsersFixture;
  beforeEach(async () => {
    at = await givenUsers(dialect);
  }, START_LIMIT);
  afterEach(() => at.w.close());

  const kinds = async () => {
    const rows = await at.w.db.read.select().from(userLinks).orderBy(asc(userLinks.createdAt));
    return rows.map(({ kind }) => kind).toSorted();
  };

  test('are forgotten a month after their time, except for what says who never came and whose an address is', async () => {
    const { users, admin, w } = at;
    const never = (await users.inviteUser(admin, { email: 'jon@shop.example' })).user.id;
    await users.withdrawInvitation(admin, never);
    const { user, link } = await users.inviteUser(admin, { email: 'ida@shop.example', byHand: true });
    const came = user.id;
    await users.acceptInvitation({ token: tokenIn(link ?? ''), name: 'Ida', password: PASSWORD });
    await users.sendVerification(admin, came, {});
    await users.sendVerification(admin, came, { via: 'ida.alias@shop.example' });
    await users.confirmAddress(at.newestToken(came));
    await users.sendPasswordReset(admin, came, {});
    await users.resetPassword({ token: at.newestToken(came), password: `${PASSWORD} again` }, CALLER);
    // More halves of sign-ins than one transaction takes.
    await w.db.inTransaction(async (tx) => {
      const link = { kind: 'sign_in', agentId: came, sentTo: '', proves: false, createdBy: null } as const;
      for (let nth = 0; nth < 501; nth += 1)
        await insertLink(tx, { ...link, tokenHash: `half ${nth}`, lives: 10 * 60_000 });
    });
    const before = await kinds();
    expect(before).toHaveLength(2 + 2 + 1 + 501);
    const ends = createLinkEnds(at.deps);
    await w.clock.advance(30 * DAY);
    await ends.look();
    expect(await kinds()).toEqual(before);
    // An invitation lives the longest, for a week.
    await w.clock.advance(8 * DAY);
    await ends.look();
    expect(await kinds()).toEqual(['invitation', 'invitation', 'verification']);
    // Nobody takes an alias that stands for Ida, and whoever never came is still to be invited again.
    const again = users.inviteUser(admin, { email: 'kai@shop.example', sendTo: 'ida.alias@shop.example' });
    expect((await refusalOf(again)).details).toEqual({ rule: 'user_alias_of_colleague' });
    expect((await refusalOf(users.reactivateUser(admin, never))).details).toEqual({
      rule: 'user_never_accepted',
    });
  });
});
