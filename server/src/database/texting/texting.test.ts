import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outbox } from '../schema/sqlite.ts';
import { givenConversation, givenInbox } from '../testing/given.ts';
import { openTestDatabase, TEST_DIALECTS, type TestDatabase } from '../testing/open.ts';
import { violates } from '../unique-violation.ts';
import { campaignOf, changeCampaign, dueCampaigns, insertCampaign } from './campaigns.ts';
import { dueCarrierItems, putCarrierItem, takeCarrierItem } from './carrier-items.ts';
import { dropUnknownNews, keepNews, markTold, placeSms, untoldNews } from './messages.ts';
import { campaignNumbers, insertNumber, makePrimary, markReleased, numbersOfInbox } from './numbers.ts';
import { optedOutOfInbox, optOutOf, recordOptOut } from './opt-outs.ts';
import { insertSmsThread, smsConversation, smsThread } from './threads.ts';

const START_LIMIT = 60_000;

describe.each(TEST_DIALECTS)('texting on %s', { timeout: START_LIMIT }, (dialect) => {
  let db: TestDatabase;
  let inbox: { readonly inboxId: string; readonly teamId: string };
  beforeAll(async () => {
    db = await openTestDatabase(dialect);
    inbox = await givenInbox(db);
  }, START_LIMIT);
  afterAll(() => db.close());

  const number = (id: string, e164: string) => ({
    id,
    inboxId: inbox.inboxId,
    e164,
    providerSid: `PN${id}`,
    sms: true,
    mms: true,
    voice: false,
    tollFree: false,
    isPrimary: false,
    voiceForward: null,
    registration: 'unassigned' as const,
  });
  const address = '+15550001';

  test('a number stands once among those that we have, and one is primary', async () => {
    await db.inTransaction((tx) => insertNumber(tx, number('num_1', '+15550100')));
    await db.inTransaction((tx) => insertNumber(tx, number('num_2', '+15550101')));
    const again = db.inTransaction((tx) => insertNumber(tx, number('num_3', '+15550101')));
    await expect(again).rejects.toSatisfy((error) => violates(error, 'numbers_e164'));
    await db.inTransaction((tx) => makePrimary(tx, { inboxId: inbox.inboxId, id: 'num_2' }));
    expect((await numbersOfInbox(db.read, inbox.inboxId)).map(({ id }) => id)).toEqual(['num_2', 'num_1']);
    expect(await campaignNumbers(db.read, inbox.teamId)).toHaveLength(2);
    expect(await db.inTransaction((tx) => markReleased(tx, 'num_2'))).toBe(true);
    expect(await db.inTransaction((tx) => markReleased(tx, 'num_2'))).toBe(false);
    await db.inTransaction((tx) => insertNumber(tx, number('num_3', '+15550101')));
  });

  test('two numbers have one conversation', async () => {
    const [first, second] = [
      await givenConversation(db, inbox.inboxId),
      await givenConversation(db, inbox.inboxId),
    ];
    const thread = (conversationId: string) =>
      db.inTransaction((tx) => insertSmsThread(tx, { conversationId, numberId: 'num_1', address }));
    await thread(first.conversationId);
    await expect(thread(second.conversationId)).rejects.toSatisfy((error) =>
      violates(error, 'sms_threads_parties'),
    );
    expect(await smsConversation(db.read, 'num_1', address)).toBe(first.conversationId);
    expect(await smsThread(db.read, first.conversationId)).toMatchObject({ numberId: 'num_1', address });
  });

  test('the newest line of the ledger holds, and nothing is written twice', async () => {
    const say = (state: 'out' | 'in', source: 'keyword' | 'manual' = 'keyword') =>
      db.inTransaction((tx) =>
        recordOptOut(tx, {
          numberId: 'num_1',
          address,
          state,
          source,
          agentId: null,
          conversationId: null,
          position: null,
        }),
      );
    expect(await say('in')).toBe(false);
    expect([await say('out'), await say('out', 'manual')]).toEqual([true, false]);
    expect(await optedOutOfInbox(db.read, inbox.inboxId, 10)).toMatchObject([{ address, source: 'keyword' }]);
    expect([await say('in'), await say('out', 'manual')]).toEqual([true, true]);
    expect(await optOutOf(db.read, { numberId: 'num_1', address })).toMatchObject({
      nth: 3,
      source: 'manual',
    });
    expect(await optedOutOfInbox(db.read, inbox.inboxId, 10)).toMatchObject([{ nth: 3 }]);
    await say('in');
    expect(await optedOutOfInbox(db.read, inbox.inboxId, 10)).toEqual([]);
  });

  test('news only go up, wait until their message is known and has left, and are told once', async () => {
    const { conversationId } = await givenConversation(db, inbox.inboxId);
    const heard = (status: string, rank: number) =>
      db.inTransaction((tx) => keepNews(tx, { sid: 'SM1', status, rank, errorCode: null }));
    expect([await heard('delivered', 6), await heard('sent', 4), await heard('delivered', 6)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await untoldNews(db.read, 10)).toEqual([]);
    const row = {
      inboxId: inbox.inboxId,
      conversationId,
      position: 1,
      channel: 'sms',
      messageKey: 'ent_1',
    } as const;
    await db.inTransaction(async (tx) => {
      await placeSms(tx, 'SM1', { conversationId, position: 1 });
      const counts = { dueAt: 0, attempts: 1, claimNo: 1 };
      await tx.db.insert(outbox).values({ id: 'out_1', ...row, ...counts, state: 'sending' });
    });
    expect(await untoldNews(db.read, 10)).toEqual([]);
    await db.inTransaction((tx) => tx.db.update(outbox).set({ state: 'sent' }));
    expect(await untoldNews(db.read, 10)).toMatchObject([{ sid: 'SM1', status: 'delivered', position: 1 }]);
    const told = () => db.inTransaction((tx) => markTold(tx, 'SM1', 6));
    expect([await told(), await told()]).toEqual([true, false]);
    expect(await untoldNews(db.read, 10)).toEqual([]);
    await db.inTransaction((tx) => keepNews(tx, { sid: 'SM2', status: 'sent', rank: 4, errorCode: null }));
    await db.inTransaction((tx) => dropUnknownNews(tx, tx.now + 1));
    expect(
      await db.inTransaction((tx) =>
        keepNews(tx, { sid: 'SM2', status: 'queued', rank: 2, errorCode: null }),
      ),
    ).toBe(true);
  });

  test('a registration is changed by one at a time, and is due when it says so', async () => {
    const { teamId } = inbox;
    const insert = () => db.inTransaction((tx) => insertCampaign(tx, teamId, '{}'));
    expect([await insert(), await insert()]).toEqual([true, false]);
    const read = await campaignOf(db.read, teamId);
    if (read === undefined) throw new Error('no campaign');
    const change = () =>
      db.inTransaction((tx) => changeCampaign(tx, read, { state: 'pending', dueAt: tx.now }));
    expect([(await change())?.revision, await change()]).toEqual([2, undefined]);
    expect(await dueCampaigns(db.read, await db.now(), 10)).toMatchObject([{ teamId, state: 'pending' }]);
    expect(await dueCampaigns(db.read, 0, 10)).toEqual([]);
  });

  test('what is due at the carrier is taken by one', async () => {
    const item = { sid: 'WH1', kind: 'webhook', key: '', data: '{}', at: 1, dueAt: 5 };
    await db.inTransaction((tx) => putCarrierItem(tx, item));
    const [due] = await dueCarrierItems(db.read, 10, 10);
    if (due === undefined) throw new Error('nothing is due');
    const take = () => db.inTransaction((tx) => takeCarrierItem(tx, due, 100));
    expect([await take(), await take()]).toEqual([true, false]);
    expect(await dueCarrierItems(db.read, 10, 10)).toEqual([]);
  });
});
