/** The first page of the list and a thread at a million messages, beside the same at ten thousand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Database } from '@latchbox/server/src/database/database.ts';
import { openDatabase } from '@latchbox/server/src/database/open.ts';
import { givenAgent, givenInbox } from '@latchbox/server/src/database/testing/given.ts';
import { systemClock } from '@latchbox/server/src/lib/clock.ts';
import { silentLog } from '@latchbox/server/src/lib/log.ts';
import type { Messaging } from '@latchbox/server/src/messaging/api.ts';
import { createMessaging } from '@latchbox/server/src/messaging/messaging.ts';
import { type BenchCase, type Measured, sideBySide } from './case.ts';

const FEW = 10_000;
const MANY = 1_000_000;
/** Messages of one conversation. */
const THREAD = 20;
const PAGE = 50;

interface Shop {
  readonly db: Database;
  readonly messaging: Messaging;
  readonly agentId: string;
  readonly conversations: number;
}

/** The id of a conversation by its number. The digits are turned round, so that the order of ids is not that of time. */
const idOf = (number: number): string =>
  `cnv_${String(number).padStart(8, '0').split('').reverse().join('').padEnd(22, 'x')}`;

/** Writes conversations of `THREAD` messages each with a statement a table; far faster than through the doors. */
function fill(file: string, inboxId: string, conversations: number): void {
  const raw = new Sqlite(file);
  // What is made here is thrown away when it breaks off.
  raw.pragma('synchronous = OFF');
  raw.pragma('cache_size = -200000');
  raw.function('id_of', { deterministic: true }, (number) => idOf(Number(number)));
  const start = Date.now() - conversations * THREAD * 1_000;
  const numbers = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @conversations)';
  const values = { inboxId, conversations, start, thread: THREAD };
  raw.transaction(() => {
    raw
      .prepare(
        `${numbers} INSERT INTO contacts (id, name, name_key, version, created_at)
         SELECT 'ctc' || substr(id_of(i), 4), 'Customer ' || i, 'customer ' || i, 1, @start FROM n
         WHERE @inboxId <> '' AND @thread > 0`,
      )
      .run(values);
    raw
      .prepare(
        `${numbers} INSERT INTO contact_addresses (id, contact_id, channel, address, name, created_at, used_at)
         SELECT 'adr' || substr(id_of(i), 4), 'ctc' || substr(id_of(i), 4), 'simulator', 'customer-' || i || '@example.com',
           'Customer ' || i, @start, @start FROM n WHERE @inboxId <> '' AND @thread > 0`,
      )
      .run(values);
    raw
      .prepare(
        `${numbers} INSERT INTO conversations (id, inbox_id, number, channel, contact_id, address_id, subject, status, preview_kind,
           preview_author, preview_text, created_at, last_at, newest_position, newest_incoming, lock_epoch)
         SELECT id_of(i), @inboxId, i, 'simulator', 'ctc' || substr(id_of(i), 4), 'adr' || substr(id_of(i), 4),
           'Question ' || i, 'open', 'message', 'Customer ' || i, 'Where is my parcel with the number ' || i || '?', @start + i * @thread * 1000,
           @start + i * @thread * 1000 + @thread * 1000, @thread, @thread, 0 FROM n`,
      )
      .run(values);
    raw
      .prepare(
        `${numbers}, p (position) AS (SELECT 1 UNION ALL SELECT position + 1 FROM p WHERE position < @thread)
         INSERT INTO entries (conversation_id, position, id, at, kind, address_id, body)
         SELECT id_of(i), position, 'ent_' || (i * @thread + position), @start + i * @thread * 1000 + position * 1000,
           'message', 'adr' || substr(id_of(i), 4),
           'Where is my parcel with the number ' || i || '? I have asked ' || position || ' times now, and the courier says that it waits at your bench.'
         FROM n, p WHERE @inboxId <> ''`,
      )
      .run(values);
  })();
  raw.close();
}

async function shopOf(file: string, messages: number): Promise<Shop> {
  const conversations = messages / THREAD;
  const options = { clock: systemClock, log: silentLog };
  const seeding = await openDatabase({ sqliteFile: file }, options);
  const inbox = await givenInbox(seeding);
  const { id } = await givenAgent(seeding, 'Anna Berg', [inbox]);
  await seeding.close();
  fill(file, inbox.inboxId, conversations);
  const db = await openDatabase({ sqliteFile: file }, options);
  const messaging = createMessaging({ db, wake: () => undefined, logEpoch: 'log_bench' });
  return { db, messaging, agentId: id, conversations };
}

async function withShops(work: (many: Shop, few: Shop) => Promise<Measured>): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-bench-'));
  try {
    const few = await shopOf(join(folder, 'few.sqlite'), FEW);
    const many = await shopOf(join(folder, 'many.sqlite'), MANY);
    try {
      return await work(many, few);
    } finally {
      await many.db.close();
      await few.db.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

const firstPage = ({ messaging, agentId }: Shop) =>
  messaging.list(agentId, { filter: {}, after: null, limit: PAGE });

/** One of the conversations of the list's first pages, as somebody opens them. */
function aThread({ messaging, agentId, conversations }: Shop, call: number) {
  const number = conversations - ((call * 37) % 200);
  return messaging.open(agentId, { conversationId: idOf(number), limit: PAGE });
}

let both: Promise<{ list: Measured; thread: Measured }> | undefined;

function measureBoth(): Promise<{ list: Measured; thread: Measured }> {
  both ??= (async () => {
    let list: Measured | undefined;
    const thread = await withShops(async (many, few) => {
      const page = await firstPage(many);
      if (page.rows.length !== PAGE) throw new Error('the list is not what was written');
      const rounds = { rounds: 40, each: 20 };
      list = {
        ...(await sideBySide(
          () => firstPage(many),
          () => firstPage(few),
          rounds,
        )),
        unit: 'µs',
      };
      const opened = await aThread(many, 1);
      if (opened.entries.length !== THREAD) throw new Error('the thread is not what was written');
      return {
        ...(await sideBySide(
          (call) => aThread(many, call),
          (call) => aThread(few, call),
          rounds,
        )),
        unit: 'µs',
      };
    });
    if (list === undefined) throw new Error('nothing was measured');
    return { list, thread };
  })();
  return both;
}

const baseline = (what: string) => `${what} at ${FEW.toLocaleString('en')} messages, p50`;

export const longLog: readonly BenchCase[] = [
  {
    name: 'list at 1 000 000 messages',
    baseline: baseline('the first page of 50'),
    target: { atMost: 1.3 },
    measure: async () => (await measureBoth()).list,
  },
  {
    name: 'thread at 1 000 000 messages',
    baseline: baseline('a thread of 20 among the newest conversations'),
    target: { atMost: 1.3 },
    measure: async () => (await measureBoth()).thread,
  },
];
