/** How far a reply with several recipients is, on both databases. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eq } from 'drizzle-orm';
import { insertRecipients, recipientsOf } from '../../database/reply-recipients.ts';
import { outbox } from '../../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { silentLog } from '../../lib/log.ts';
import { accepted, type DeliveryAnswer, type OutgoingMessage, unreachable } from './channel.ts';
import { deliveryNews, type DeliveryNews } from './delivery-news.ts';
import { createOutboxWorker } from './outbox-worker.ts';
import { createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';

const CORA = 'cora@quist.example';
const BEN = 'ben@quist.example';
const EVA = 'Eva@Quist.example';

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let says: DeliveryAnswer[];
  let reached: OutgoingMessage[];
  let position: number;

  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
    says = [];
    reached = [];
  });
  afterAll(() => ground.db.close());

  const place = () => ({ conversationId: desk.conversationId, position });
  const worker = () =>
    createOutboxWorker({
      db: desk.db,
      clock: desk.clock,
      wake: () => undefined,
      log: silentLog,
      random: () => 0.5,
      settings: { maxAttempts: 3 },
      channels: [
        {
          name: 'email',
          deliver(message) {
            reached.push(message);
            return Promise.resolve(says.shift() ?? accepted);
          },
        },
      ],
    });
  /** A reply to three, before it leaves. */
  async function written(to = [CORA], cc = [BEN], bcc = [EVA]): Promise<void> {
    const { entry } = await desk.answer('It left today.');
    ({ position } = entry);
    await desk.db.inTransaction(async (tx) => {
      await tx.db.update(outbox).set({ channel: 'email' }).where(eq(outbox.messageKey, entry.id));
      const each = (kind: 'to' | 'cc' | 'bcc', list: string[]) =>
        list.map((address) => ({ kind, name: '', address }));
      await insertRecipients(tx, place(), [...each('to', to), ...each('cc', cc), ...each('bcc', bcc)]);
    });
  }
  const delivery = async () => {
    const { entries } = await desk.messaging.open(desk.anna.id, { ...place(), limit: 5 });
    const entry = entries.find((one) => one.position === position);
    if (entry?.kind !== 'reply') throw new Error('no reply');
    return entry.delivery;
  };
  const states = async () =>
    Object.fromEntries((await recipientsOf(desk.db.read, place())).map((one) => [one.address, one.state]));
  /** What the newest event told of the delivery. */
  const told = async () =>
    (await desk.events()).flatMap((event) =>
      event.type === 'reply.delivery' && event.position === position ? [event.delivery] : [],
    );
  const news = (what: Partial<DeliveryNews>) =>
    desk.db.inTransaction((tx) =>
      deliveryNews(
        tx,
        { wake: () => undefined },
        { ...place(), address: CORA, news: 'failed', reason: null, code: null, ...what },
      ),
    );

  test('one of three is refused: the others have it, nobody gets it again, and everybody is told', async () => {
    await written();
    says = [
      {
        status: 'accepted',
        recipients: [{ address: BEN, status: 'refused', reason: '550 no such user', code: '5.1.1' }],
      },
    ];
    await worker().drain();
    expect(await states()).toEqual({ [CORA]: 'sent', [BEN]: 'failed', [EVA]: 'sent' });
    const now = await delivery();
    expect(now).toMatchObject({
      state: 'failed',
      reason: `${BEN}: 550 no such user`,
      recipients: [
        { address: CORA, kind: 'to', state: 'sent' },
        { address: BEN, kind: 'cc', state: 'failed', code: '5.1.1' },
        { address: EVA, kind: 'bcc', state: 'sent' },
      ],
    });
    expect((await told()).at(-1)).toEqual(now);
    await desk.clock.advance(60_000);
    await worker().drain();
    expect(reached).toHaveLength(1);
    // A person mends the address book at the other end, and only he gets it.
    await desk.messaging.retry(desk.by('anna'), place());
    await worker().drain();
    expect(reached.map(({ recipients }) => recipients.map(({ address }) => address))).toEqual([
      [CORA, BEN, EVA],
      [BEN],
    ]);
    expect(await delivery()).toMatchObject({ state: 'sent' });
  });

  test('one of three is to be tried later: the message comes again for that one alone', async () => {
    await written();
    says = [
      { status: 'accepted', recipients: [{ address: CORA, status: 'unreachable', reason: '450 grey' }] },
      unreachable('450 still grey'),
    ];
    await worker().drain();
    expect(await delivery()).toMatchObject({
      state: 'queued',
      recipients: [{ state: 'queued', reason: '450 grey' }, { state: 'sent' }, { state: 'sent' }],
    });
    expect((await told()).at(-1)).toEqual(await delivery());
    await desk.clock.advance(1_000);
    await worker().drain();
    // Nothing moved on, and nothing is told.
    expect(await told()).toHaveLength(1);
    await desk.clock.advance(5_000);
    await worker().drain();
    expect(reached.map(({ recipients }) => recipients.length)).toEqual([3, 1, 1]);
    expect(await delivery()).toMatchObject({ state: 'sent' });
  });

  test('who is never reached fails after the last attempt, also when the others have it', async () => {
    await written([CORA], [BEN], []);
    const later: DeliveryAnswer = {
      status: 'accepted',
      recipients: [{ address: BEN, status: 'unreachable', reason: '450 grey' }],
    };
    says = [later, unreachable('450 grey'), unreachable('450 grey')];
    for (let wait = 0; wait < 4; wait += 1) {
      await worker().drain();
      await desk.clock.advance(10_000);
    }
    expect(reached).toHaveLength(3);
    expect(await states()).toEqual({ [CORA]: 'sent', [BEN]: 'failed' });
    expect(await delivery()).toMatchObject({
      state: 'failed',
      reason: `${BEN}: given up after 3 attempts: 450 grey`,
    });
  });

  test('a bounce fails the recipient whom it names, for good, and a person may send it again', async () => {
    await written();
    await worker().drain();
    await news({ address: EVA.toLowerCase(), reason: '550 mailbox full', code: '5.2.2' });
    const failed = await delivery();
    expect(failed).toMatchObject({ state: 'failed', reason: `${EVA}: 550 mailbox full` });
    expect((await told()).at(-1)).toEqual(failed);
    await news({ address: EVA, news: 'delivered' });
    await news({ address: 'stranger@quist.example' });
    expect(await delivery()).toEqual(failed);
    await desk.messaging.retry(desk.by('anna'), place());
    await worker().drain();
    expect(reached.at(-1)?.recipients).toEqual([{ kind: 'bcc', name: '', address: EVA }]);
  });

  test('a delay is no end, and what was delivered is not late any more', async () => {
    await written([CORA], [BEN], []);
    await worker().drain();
    await news({ news: 'delayed', reason: '421 try later' });
    expect(await delivery()).toMatchObject({ state: 'delayed', reason: `${CORA}: 421 try later` });
    await news({ news: 'delivered' });
    expect(await delivery()).toMatchObject({ state: 'sent' });
    await news({ news: 'delayed', reason: 'too late' });
    await news({ address: BEN, news: 'delivered' });
    expect(await delivery()).toMatchObject({ state: 'delivered' });
    await news({ address: BEN, news: 'failed', reason: 'bounced after all' });
    expect(await states()).toEqual({ [CORA]: 'delivered', [BEN]: 'failed' });
  });

  test('a reply whose recipients are not counted has its news as a whole', async () => {
    ({ position } = (await desk.answer('It left today.')).entry);
    await news({ address: '+15550001', news: 'delivered' });
    expect(await delivery()).toMatchObject({ state: 'delivered' });
    await news({ address: '+15550001', news: 'failed', reason: 'carrier', code: '30005' });
    expect(await delivery()).toMatchObject({ state: 'failed', reason: 'carrier' });
    expect((await told()).at(-1)).toEqual(await delivery());
  });

  test('nothing is heard of a reply that is not there or is held', async () => {
    position = 77;
    await news({});
    await written();
    await desk.db.inTransaction((tx) =>
      tx.db.update(outbox).set({ state: 'held' }).where(eq(outbox.position, position)),
    );
    await news({});
    expect(await delivery()).toEqual({ state: 'queued' });
  });
});
