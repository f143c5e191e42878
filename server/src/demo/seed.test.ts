import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConversationRow, type Entry, EventData, type Fold, visibleText } from '@latchbox/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoDoors } from '../services.ts';
import { readConfig } from '../config.ts';
import { getMeta, setMeta } from '../database/meta.ts';
import { outboxBacklog } from '../database/outbox.ts';
import {
  agents,
  attachments,
  conversations,
  events,
  mails,
  replies,
  simulatorDeliveries,
  smsMessages,
} from '../database/schema/sqlite.ts';
import { conversationRow } from '../database/rows.ts';
import {
  openTestDatabase,
  TEST_DIALECTS,
  type TestDatabase,
  type TestDialect,
} from '../database/testing/open.ts';
import { secretsOfTests } from '../directory/testing/directory.ts';
import { createDirectory } from '../directory/directory.ts';
import type { Directory } from '../directory/api.ts';
import { systemClock } from '../lib/clock.ts';
import { silentLog } from '../lib/log.ts';
import { createMessaging } from '../messaging/messaging.ts';
import type { Messaging } from '../messaging/api.ts';
import { seedDemo } from './seed.ts';
import { demoCalls, demoConversations, demoOrganisation, textConversations } from './shop/index.ts';
import { demoSignIns } from './sign-ins.ts';

interface Shop {
  readonly db: TestDatabase;
  readonly directory: Directory;
  readonly messaging: Messaging;
  seed(): ReturnType<typeof seedDemo>;
  close(): Promise<void>;
}

async function openShop(dialect: TestDialect): Promise<Shop> {
  const clock = systemClock;
  const db = await openTestDatabase(dialect, { clock });
  const wake = () => undefined;
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-demo-'));
  const doors = demoDoors({
    config: readConfig({ FILES_DIR: folder }),
    clock,
    log: silentLog,
    secret: 'a secret',
  });
  const directory = createDirectory({
    ...secretsOfTests(),
    db,
    clock,
    log: silentLog,
    wake,
    hints: { publish: () => undefined },
    locks: { endInScope: () => Promise.resolve() },
    config: { ACCESS_TOKEN_MINUTES: 15, REFRESH_DAYS: 30, RATE_LIMIT_FACTOR: 1 },
  });
  return {
    db,
    directory,
    messaging: createMessaging({ db, wake, logEpoch: 'log_test' }),
    seed: () => seedDemo({ db, clock, log: silentLog, directory, ...doors }),
    async close() {
      await db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What an agent reads of an entry without opening its folds, and "Kind regards" with the name, which a signature's fold begins with. */
function withClosing(entry: Entry): string {
  if (entry.kind === 'activity') return '';
  const folds = entry.kind === 'message' ? (entry.folds ?? []) : [];
  const afterClosing = (fold: Fold): Fold => {
    const text = entry.body.slice(fold.from, fold.to);
    const closing = fold.what === 'signature' ? /^\s*\p{L}[^\n]{1,40}\n[^\n]+/u.exec(text) : null;
    return { ...fold, from: fold.from + (closing?.[0].length ?? 0) };
  };
  return visibleText(entry.body, folds.map(afterClosing));
}

async function rowsOf(
  shop: Shop,
  email: string,
): Promise<{ rows: ConversationRow[]; reads: Record<string, number> }> {
  const all = await shop.db.read.select().from(agents);
  const agent = all.find((one) => one.email === email);
  const { rows, reads } = await shop.messaging.list(agent?.id ?? '', { filter: {}, after: null, limit: 100 });
  return { rows, reads };
}

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let shop: Shop;
  let took: number;
  beforeAll(async () => {
    shop = await openShop(dialect);
    // Processor time: on a machine that is busy with other things the clock says nothing.
    const began = process.cpuUsage();
    await shop.seed();
    const { user, system } = process.cpuUsage(began);
    took = (user + system) / 1_000;
  }, 60_000);
  afterAll(() => shop.close());

  test('an empty database gets the shop, for a few seconds of one processor', async () => {
    expect(await shop.directory.organisation()).toEqual({ name: demoOrganisation.name });
    expect(await shop.db.read.select().from(conversations)).toHaveLength(66);
    // It is one to two on most machines; this is for what would be noticed at the first start on any.
    if (dialect === 'sqlite') expect(took).toBeLessThan(6_000);
  });

  test('everybody can sign in as printed', async () => {
    for (const { email, password, name } of demoSignIns) {
      const signedIn = await shop.directory.signIn(
        { email, password },
        { ip: '127.0.0.1', userAgent: 'test' },
      );
      expect(signedIn.me.name).toBe(name);
    }
  });

  test('each sees the inboxes of the shop that are theirs', async () => {
    for (const { email, memberships } of demoOrganisation.agents) {
      const { rows } = await rowsOf(shop, email);
      const own = [...demoConversations, ...textConversations].filter(({ inbox }) =>
        memberships.some((one) => one.inbox === inbox),
      );
      const calls = memberships.some(({ inbox }) => inbox === 'texts') ? demoCalls.length : 0;
      expect(rows).toHaveLength(own.length + calls);
    }
  });

  test('texts, authors and times are those of the shop, in order', async () => {
    const mara = demoSignIns[0]!;
    const { rows } = await rowsOf(shop, mara.email);
    const now = Date.now();
    for (const told of demoConversations) {
      const row = rows.find(
        ({ subject, contact }) => subject === told.subject && contact.name === told.customer.name,
      );
      const opened = await shop.messaging.open(await agentId(mara.email), {
        conversationId: row!.id,
        limit: 200,
      });
      const said = opened.entries.filter(({ kind }) => kind !== 'activity');
      expect(said.map(withClosing)).toEqual(told.entries.map(({ body }) => body));
      const times = opened.entries.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      const age = (now - said[0]!.at) / 60_000;
      expect(Math.abs(age - told.entries[0]!.minutesAgo)).toBeLessThan(2);
      expect(row?.status).toBe(told.archived === true ? 'archived' : 'open');
      expect(row?.assignee?.name).toBe(
        demoOrganisation.agents.find(({ key }) => key === told.assignee)?.name,
      );
      expect(row?.lock.status).toBe('free');
    }
  });

  test('every reply has left and reached its customer', async () => {
    expect(await outboxBacklog(shop.db.read)).toEqual({ queued: 0, sending: 0, held: 0 });
    const stored = await shop.db.read.select().from(replies);
    expect(new Set(stored.map(({ delivery }) => delivery))).toEqual(new Set(['sent']));
    const delivered = await shop.db.read.select().from(simulatorDeliveries);
    const left = (await shop.db.read.select().from(mails)).filter(({ direction }) => direction === 'out');
    const texted = (await shop.db.read.select().from(smsMessages)).filter(
      ({ direction }) => direction === 'out',
    );
    expect(texted).toHaveLength(2);
    expect(delivered.length + left.length + texted.length).toBe(stored.length);
    expect(Math.min(delivered.length, left.length)).toBeGreaterThan(5);
    expect(Math.max(...delivered.map(({ at }) => at))).toBeLessThan(Date.now());
  });

  test('calls stand in conversations of their own, one missed with a voicemail that can be heard', async () => {
    const { rows } = await rowsOf(shop, demoSignIns[0]!.email);
    const [missed, taken] = demoCalls.map(({ from }) => rows.find(({ contact }) => contact.address === from));
    expect(taken).toMatchObject({ newestIncoming: 0, preview: { text: 'Incoming call' } });
    const { entries } = await shop.messaging.open(await agentId(demoSignIns[0]!.email), {
      conversationId: missed?.id ?? '',
      limit: 10,
    });
    expect(entries).toMatchObject([
      { kind: 'call', call: { state: { name: 'missed' } } },
      { kind: 'message', voicemail: { seconds: 9 }, attachments: [{ type: 'audio/wav' }] },
    ]);
  });

  test('most customers write mails, with files, in several languages and programs, and in one thread each', async () => {
    const all = await shop.db.read.select().from(conversations);
    expect(all.filter(({ channel }) => channel === 'simulator')).toHaveLength(8);
    const kept = await shop.db.read.select().from(mails);
    expect(kept.filter(({ problem }) => problem !== null)).toEqual([]);
    const incoming = kept
      .filter(({ direction }) => direction === 'in')
      .map(({ raw }) => raw?.toString() ?? '');
    for (const mark of ['gmail_quote', 'blockquote type=3D"cite"', 'divRplyFwdMsg', 'iPhone Mail', 'Mutt'])
      expect(incoming.filter((raw) => raw.includes(mark)).length, mark).toBeGreaterThan(0);
    const files = await shop.db.read.select().from(attachments);
    expect(files.map(({ name }) => name).toSorted()).toEqual([
      'FP-4088 invoice.pdf',
      'FP-4166 invoice.pdf',
      'antunes-advogados.pdf',
      'attestation.pdf',
      'first-page.png',
      'scandinavia.png',
      'voicemail-9s.wav',
      'wet-corner.png',
    ]);
    expect(files.filter(({ inline }) => inline).map(({ name }) => name)).toEqual(['first-page.png']);
    for (const { conversationId } of files) expect(conversationId).not.toBeNull();
  });

  test('what waits is unread, what was answered is read', async () => {
    const { rows, reads } = await rowsOf(shop, demoSignIns[0]!.email);
    const unread = rows.filter((row) => (reads[row.id] ?? 0) < row.newestIncoming);
    const waiting = [...demoConversations, ...textConversations].filter(
      ({ archived, entries }) =>
        archived !== true && entries.findLast(({ by }) => by !== 'note')?.by === 'customer',
    );
    expect(unread.length).toBeGreaterThan(20);
    expect(unread.length).toBeLessThanOrEqual(waiting.length + demoCalls.length);
    for (const row of rows.filter(({ status }) => status === 'archived'))
      expect(reads[row.id]).toBe(row.newestPosition);
  });

  test('its events fold to its rows', async () => {
    const newest = new Map<string, ConversationRow>();
    for (const { data } of await shop.db.read.select().from(events).orderBy(events.stream, events.seq)) {
      const event = EventData.parse(JSON.parse(data));
      if ('row' in event) newest.set(event.row.id, event.row);
    }
    expect(newest.size).toBe(66);
    for (const row of newest.values()) expect(await conversationRow(shop.db.read, row.id)).toEqual(row);
  });

  test('a second start changes nothing and still answers the sign-ins', async () => {
    const before = await shop.db.read.select().from(events);
    expect(await shop.seed()).toEqual(demoSignIns);
    expect(await shop.db.read.select().from(events)).toHaveLength(before.length);
  });

  test('a start after one that died half-way carries on and doubles nothing', async () => {
    const before = await shop.db.read.select().from(replies);
    const mailsBefore = await shop.db.read.select().from(mails);
    await shop.db.inTransaction((tx) => setMeta(tx, 'demo', String(tx.now - 1)));
    await shop.seed();
    expect(await getMeta(shop.db.read, 'demo')).toBe('done');
    expect(await shop.db.read.select().from(replies)).toHaveLength(before.length);
    expect(await shop.db.read.select().from(mails)).toHaveLength(mailsBefore.length);
    expect(await shop.db.read.select().from(attachments)).toHaveLength(8);
    expect(await shop.db.read.select().from(conversations)).toHaveLength(66);
    expect(await shop.db.read.select().from(agents)).toHaveLength(5);
  });

  async function agentId(email: string): Promise<string> {
    const all = await shop.db.read.select().from(agents);
    return all.find((one) => one.email === email)?.id ?? '';
  }
});

test('a database with real data is never touched', async () => {
  const shop = await openShop('sqlite');
  await shop.directory.found({
    organisation: 'A real one',
    admin: { name: 'Ada Min', email: 'ada@real.example', password: 'a long pass phrase' },
  });
  expect(await shop.seed()).toEqual([]);
  expect(await shop.db.read.select().from(agents)).toHaveLength(1);
  expect(await shop.db.read.select().from(conversations)).toEqual([]);
  expect(await getMeta(shop.db.read, 'demo')).toBeUndefined();
  await shop.close();
});

test('of two processes that start at once one fills the database and the other waits for it', async () => {
  const shop = await openShop('sqlite');
  const answers = await Promise.all([shop.seed(), shop.seed()]);
  expect(answers).toEqual([demoSignIns, demoSignIns]);
  expect(await shop.db.read.select().from(conversations)).toHaveLength(66);
  await shop.close();
});
