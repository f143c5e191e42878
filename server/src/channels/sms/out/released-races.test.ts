/**
 * An inbox's number is given back while texts are being sent from it: each of them is refused at the door, leaves while the number is
 * still ours, or is told as failed with its reason. None leaves afterwards, twice, or from a number that is somebody else's by then.
 */
import { eq } from 'drizzle-orm';
import { LatchboxError } from '@latchbox/shared';
import { afterEach, describe, expect, test } from 'vitest';
import { outboxBacklog } from '../../../database/outbox.ts';
import { conversations } from '../../../database/schema/sqlite.ts';
import { givenConversation } from '../../../database/testing/given.ts';
import { TEST_DIALECTS, type TestDialect } from '../../../database/testing/open.ts';
import { insertNumber } from '../../../database/texting/numbers.ts';
import { insertSmsThread } from '../../../database/texting/threads.ts';
import { silentLog } from '../../../lib/log.ts';
import { createOutboxWorker, type OutboxWorker } from '../../../messaging/delivery/outbox-worker.ts';
import { createDesk, createGround, type Desk } from '../../../messaging/testing/desk.ts';
import { createNumbers } from '../admin/numbers.ts';
import { ProviderRefusal } from '../provider/errors.ts';
import type { Provider, TextToSend } from '../provider/provider.ts';
import { createDelivery } from './deliver.ts';

/** On SQLite a round takes 50 ms, on PGlite a second. */
const ROUNDS = { sqlite: 6, pglite: 2, postgres: 6 };
const START_LIMIT = 60_000;
const E164 = '+15550100';

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((done) => setImmediate(done));
}

/** A provider that has numbers, takes its time, and refuses what leaves from a number that it does not have. */
function createFakeProvider() {
  const owned = new Set<string>();
  const asked: string[] = [];
  const left: string[] = [];
  const provider = {
    async send({ from, body }: TextToSend) {
      asked.push(body);
      await turns(2);
      if (!owned.has(from)) throw new ProviderRefusal(400, 21_606, '');
      left.push(body);
      return { sid: `SM${body}`, status: 'queued' };
    },
    async releaseNumber() {
      await turns(2);
      owned.delete(E164);
    },
  };
  // The rest of it is not asked here.
  return { owned, asked, left, provider: provider as unknown as Provider };
}

let over: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of over) await end();
  over = [];
});

async function given(dialect: TestDialect) {
  const ground = await createGround(dialect);
  over.push(() => ground.db.close());
  const desk = await createDesk(ground);
  const { db, clock } = ground;
  const fake = createFakeProvider();
  const deps = { db, clock, provider: fake.provider, publicUrl: 'http://shop.example' };
  const numbers = createNumbers({
    ...deps,
    wake: () => undefined,
    log: silentLog,
    voiceHooks: { voice: '', status: '' },
    campaignWanted: () => Promise.resolve(),
  });
  const deliver = createDelivery({ ...deps, secret: 'of a test' });
  let ids = 0;
  return {
    desk,
    ...fake,
    release: (id: string) => numbers.release({ agentId: desk.admin.id }, desk.inboxId, id),
    /** The number is ours, and a customer has texted it. */
    async begin() {
      const id = `num_${(ids += 1)}`;
      fake.owned.add(E164);
      const { conversationId } = await givenConversation(db, desk.inboxId);
      await db.inTransaction(async (tx) => {
        await insertNumber(tx, {
          id,
          inboxId: desk.inboxId,
          e164: E164,
          providerSid: `PN${id}`,
          sms: true,
          mms: false,
          voice: false,
          tollFree: false,
          isPrimary: true,
          voiceForward: null,
          registration: 'not_needed',
        });
        await insertSmsThread(tx, { conversationId, numberId: id, address: `+1555020${ids}` });
        await tx.db.update(conversations).set({ channel: 'sms' }).where(eq(conversations.id, conversationId));
      });
      return { id, conversationId };
    },
    hire(): OutboxWorker {
      const worker = createOutboxWorker({
        db,
        clock,
        wake: () => undefined,
        log: silentLog,
        channels: [{ name: 'sms', deliver }],
        random: () => 0.5,
        metrics: { settled: () => undefined, ambiguous: () => undefined, account: () => undefined },
        settings: {},
      });
      over.unshift(() => worker.stop());
      return worker;
    },
  };
}

/** `ok`, or with what it was refused. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'ok',
    (error: unknown) => {
      if (LatchboxError.is(error)) return error.code;
      throw error;
    },
  );
}

/** How a text may end; everything else is a fault. */
const MAY = [
  'not_connected',
  'sent',
  'failed: the number this conversation came to was given back',
  'failed: The number this was to leave from is not one of this account’s, or cannot send texts. (21606)',
];

/** How the replies of a conversation ended, by their texts. */
async function endings(desk: Desk, conversationId: string): Promise<Map<string, string>> {
  const { entries } = await desk.messaging.open(desk.anna.id, { conversationId, limit: 200 });
  return new Map(
    entries.flatMap((entry) => {
      if (entry.kind !== 'reply') return [];
      const { delivery } = entry;
      return [[entry.body, delivery.state === 'failed' ? `failed: ${delivery.reason}` : delivery.state]];
    }),
  );
}

describe.each(TEST_DIALECTS)('a number given back while texts are being sent, on %s', (dialect) => {
  test(
    'each text is refused, leaves while the number is ours, or fails with its reason; none leaves twice or later',
    async () => {
      const it = await given(dialect);
      const { desk } = it;
      const worker = it.hire();
      const seen = new Set<string>();
      for (let round = 0; round < ROUNDS[dialect]; round += 1) {
        const { id, conversationId } = await it.begin();
        const codes = new Map<string, string>();
        let begun = () => {};
        const under = new Promise<void>((done) => (begun = done));
        let released = false;
        const release = async (): Promise<void> => {
          // At once, or while the first texts are under way.
          if (round % 2 === 1) await under;
          await it.release(id);
          released = true;
        };
        const write = async (who: string): Promise<void> => {
          for (let number = 0, late = false; !late && number < 50; number += 1) {
            // On SQLite nothing of this waits for the outside: the others would never come to it.
            await turns(1);
            late = released;
            const body = `text ${round}.${who}.${number}`;
            codes.set(body, await codeOf(desk.answer(body, { conversationId })));
            worker.poke();
            if (number === 1) begun();
          }
        };
        await Promise.all([release(), write('a'), write('b')]);
        await worker.drain();
        expect(await outboxBacklog(desk.db.read)).toEqual({ queued: 0, sending: 0, held: 0 });
        const ended = await endings(desk, conversationId);
        for (const [body, code] of codes) {
          const ending = code === 'ok' ? (ended.get(body) ?? 'lost') : code;
          seen.add(ending);
          expect(MAY, `${body} ended: ${ending}`).toContain(ending);
          expect(it.left.filter((one) => one === body)).toHaveLength(ending === 'sent' ? 1 : 0);
          if (code !== 'ok') expect(ended.has(body)).toBe(false);
        }
      }
      // A race that always ends alike would show nothing.
      expect([...seen]).toEqual(expect.arrayContaining(['sent', 'not_connected']));
    },
    START_LIMIT,
  );

  test(
    'a text that waits does not leave from the same number once it was bought again, by whomever',
    async () => {
      const it = await given(dialect);
      const { desk } = it;
      const first = await it.begin();
      await desk.answer('Waits', { conversationId: first.conversationId });
      await it.release(first.id);
      const second = await it.begin();
      await desk.answer('Of the new one', { conversationId: second.conversationId });
      await it.hire().drain();
      expect(it.asked).toEqual(['Of the new one']);
      const ended = await endings(desk, first.conversationId);
      expect(ended.get('Waits')).toBe('failed: the number this conversation came to was given back');
    },
    START_LIMIT,
  );
});
