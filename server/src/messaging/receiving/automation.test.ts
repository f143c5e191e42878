import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { markBack, markComplained, markGone } from '../../database/manners.ts';
import { inboxAddresses } from '../../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { mayAnswerAutomatically, MANY, noteIncoming, ONCE_IN, STOPPED_FOR, WITHIN } from './automation.ts';
import { createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';

describe.each(TEST_DIALECTS)('automations on %s', { timeout: 60_000 }, (dialect) => {
  let ground: Ground;
  let desk: Desk;
  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
  });
  afterAll(() => ground.db.close());

  const pair = (address = 'Rosa@quist.example') => ({ inboxId: desk.inboxId, address });
  const may = (automatic = false, address?: string) =>
    desk.db.inTransaction((tx) => mayAnswerAutomatically(tx, { ...pair(address), automatic }));
  const comes = (automatic = false) =>
    desk.db.inTransaction((tx) => noteIncoming(tx, { ...pair(), automatic }));

  test('answer somebody once a day, whatever capitals their address has, and each inbox for itself', async () => {
    expect(await may()).toBe('yes');
    expect(await may()).toBe('answered_today');
    expect(await may(false, 'rosa@QUIST.example')).toBe('answered_today');
    expect(await may(false, 'cora@quist.example')).toBe('yes');
    await ground.clock.advance(ONCE_IN - 1);
    expect(await may()).toBe('answered_today');
    await ground.clock.advance(1);
    expect(await may()).toBe('yes');
  });

  test('of several that ask at once one may', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => may()));
    expect(answers.filter((answer) => answer === 'yes')).toHaveLength(1);
  });

  test('what was not committed was not answered', async () => {
    const failed = desk.db.inTransaction(async (tx) => {
      expect(await mayAnswerAutomatically(tx, { ...pair(), automatic: false })).toBe('yes');
      throw new Error('not stored');
    });
    await expect(failed).rejects.toThrow('not stored');
    expect(await may()).toBe('yes');
  });

  test('never answer a machine, ourselves, nobody, who complained, or an address that is gone until it writes', async () => {
    expect(await may(true)).toBe('automatic');
    expect(await may(false, '')).toBe('automatic');
    const own = 'orders@shop.example';
    await desk.db.inTransaction((tx) =>
      tx.db
        .insert(inboxAddresses)
        .values({ address: own, inboxId: desk.inboxId, name: '', createdAt: tx.now })
        .onConflictDoNothing(),
    );
    expect(await may(false, own)).toBe('own_address');
    const address = 'rosa@quist.example';
    await desk.db.inTransaction((tx) => markGone(tx, { address, reason: 'no such user', code: '5.1.1' }));
    expect(await may()).toBe('address_gone');
    await desk.db.inTransaction((tx) => markBack(tx, address));
    expect(await may()).toBe('yes');
    await desk.db.inTransaction((tx) => markComplained(tx, 'cora@quist.example'));
    expect(await may(false, 'cora@quist.example')).toBe('complained');
  });

  test('stop when too many come too fast, once said, for a day from the last', async () => {
    for (let at = 1; at < MANY; at += 1) expect(await comes()).toBeUndefined();
    expect(await comes()).toBe('many');
    expect(await comes()).toBeUndefined();
    expect(await may()).toBe('stopped');
    await ground.clock.advance(STOPPED_FOR - 1);
    expect(await may()).toBe('stopped');
    await ground.clock.advance(1);
    expect(await may()).toBe('yes');
  });

  test('do not stop for somebody who writes as often, only slower', async () => {
    for (let at = 0; at < 3 * MANY; at += 1) {
      expect(await comes()).toBeUndefined();
      await ground.clock.advance(WITHIN / (MANY - 1) + 1);
    }
    expect(await may()).toBe('yes');
  });

  test('stop when a machine answers them again and again, not when a person comes between', async () => {
    const turn = async (automatic: boolean) => {
      await ground.clock.advance(ONCE_IN);
      expect(await may()).toBe('yes');
      await ground.clock.advance(1_000);
      return await comes(automatic);
    };
    expect([await turn(true), await turn(true), await turn(false)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([await turn(true), await turn(true), await turn(true)]).toEqual([
      undefined,
      undefined,
      'machines',
    ]);
    expect(await may()).toBe('stopped');
  });
});
