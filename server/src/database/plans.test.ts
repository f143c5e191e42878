/** What keeps reads as quick with a million messages as with ten thousand: each is a search in an index, in its order. */
import BetterSqlite3 from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachmentsOfEntry, namedFiles, unusedAttachments } from './attachments.ts';
import { countedRows } from './counts.ts';
import type { Handle } from './database.ts';
import { linksLongOver, openLink } from './directory/user-links.ts';
import { otherConversations } from './earlier.ts';
import { eventsAfter } from './event-log.ts';
import { assignedTo, contactsOwned, draftCount, draftsOf, dueHandOns, toHandOn } from './hand-ons.ts';
import { listConversations } from './lists.ts';
import { lockPeriods } from './lock-history.ts';
import { acquireTarget } from './lock-targets.ts';
import { mailsBefore } from './mail-out.ts';
import { mailsLeft } from './mails-left.ts';
import { notificationsAbout } from './notifications.ts';
import { ownDrafts, readMark } from './own.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { conversationRow } from './rows.ts';
import { dueSnoozes } from './snoozes.ts';
import { entriesAfter, entryAt, threadEntries } from './threads.ts';
import { type GivenOrganisation, givenConversation, givenOrganisation } from './testing/given.ts';
import { openTestDatabase, type TestDatabase } from './testing/open.ts';

type Read = (db: Handle, given: GivenOrganisation) => Promise<unknown>;
const place = { lastAt: 5_000, id: 'cnv_5' };
const list =
  (filter: Parameters<typeof listConversations>[3], limit: number): Read =>
  (db, { anna, inboxId }) =>
    listConversations(db, anna.id, [inboxId], filter, place, limit);

const READS: Record<string, Read> = {
  'a list': list({ status: 'open' }, 50),
  'a list of all states': list({}, 50),
  'a list of mine': list({ status: 'open', assignee: 'me' }, 50),
  'a list of unassigned ones': list({ status: 'open', assignee: 'none' }, 100),
  'a row': (db, { conversationId }) => conversationRow(db, conversationId),
  'a thread': (db, { conversationId }) => threadEntries(db, conversationId, null, 50),
  'what is new in a thread': (db, { conversationId }) => entriesAfter(db, conversationId, 1),
  'an entry': (db, { conversationId }) => entryAt(db, conversationId, 1),
  'what an acquire looks at': (db, { conversationId, anna }) =>
    acquireTarget(db, { conversationId, agentId: anna.id, requestId: 'r'.repeat(16) }),
  'the lock history': (db, { conversationId }) => lockPeriods(db, conversationId, null, 50),
  'what is counted': (db, { inboxId }) => countedRows(db, { inboxId, status: 'open' }, place, 500),
  'due snoozes': (db) => dueSnoozes(db, 5_000, 100),
  'the files that a row names': (db) => namedFiles(db, ['a'.repeat(32)]),
  'uploads that nothing took': (db) => unusedAttachments(db, 5_000, 100),
  'the files of an entry': (db, { conversationId }) => attachmentsOfEntry(db, conversationId, 1),
  'mails before a reply': (db, { conversationId }) => mailsBefore(db, conversationId, 10, 20),
  'mails that left': (db, { inboxId }) => mailsLeft(db, [inboxId], { at: 5_000, id: 'mai_5' }, 50),
  'own drafts': (db, { conversationId, anna }) => ownDrafts(db, conversationId, anna.id),
  'a read mark': (db, { conversationId, anna }) => readMark(db, conversationId, anna.id),
  'what is handed on': (db, { anna }) => toHandOn(db, { agentId: anna.id, inboxId: null }, 20),
  'what is handed on of an inbox': (db, { anna, inboxId }) => toHandOn(db, { agentId: anna.id, inboxId }, 20),
  'drafts that are handed on': (db, { anna }) => draftsOf(db, anna.id, 'cnv_5', 20),
  'how many drafts somebody has': (db, { anna }) => draftCount(db, anna.id),
  'contacts that somebody owns': (db, { anna }) => contactsOwned(db, anna.id),
  'hand-ons that are due': (db) => dueHandOns(db, 5_000, 10),
  'a link of an account': (db) => openLink(db, 'reset', 'x'.repeat(64), 5_000),
  'links that are long over': (db) => linksLongOver(db, 5_000, 500),
  'what was told about a conversation': (db, { conversationId }) => notificationsAbout(db, conversationId),
  'a replay': (db, { inboxId }) => eventsAfter(db, `inbox:${inboxId}`, 100, 500),
};

describe('on SQLite', () => {
  let db: TestDatabase;
  let raw: BetterSqlite3.Database;
  let given: GivenOrganisation;
  beforeAll(async () => {
    db = await openTestDatabase('sqlite');
    given = await givenOrganisation(db);
    for (let index = 0; index < 3; index += 1) await givenConversation(db, given.inboxId, { lastAt: index });
    raw = new BetterSqlite3('sqliteFile' in db.options ? db.options.sqliteFile : '');
  });
  afterAll(async () => {
    raw.close();
    await db.close();
  });

  // They are few, so that putting them in order costs nothing.
  const FEW: Record<string, Read> = {
    'a contact’s other conversations': (db, { anna, conversationId }) =>
      otherConversations(db, anna.id, conversationId, 20),
    'what somebody is assigned': (db, { anna }) => assignedTo(db, anna.id),
  };
  it.each(Object.entries(FEW))('%s: searched for in an index', async (_name, read) => {
    const plans = await plansOf(read);
    expect(plans).not.toEqual([]);
    for (const plan of plans) expect(plan).not.toMatch(/^SCAN /);
  });

  it.each(Object.entries(READS))('%s scans no table and sorts nothing', async (_name, read) => {
    const plans = await plansOf(read);
    expect(plans).not.toEqual([]);
    for (const plan of plans) expect(plan).not.toMatch(/^(SCAN |USE TEMP B-TREE)/);
  });

  /** How SQLite does what a read asks of it, line by line. */
  async function plansOf(read: Read): Promise<string[]> {
    const texts: string[] = [];
    const recording = Object.assign(Object.create(raw) as BetterSqlite3.Database, {
      prepare: (text: string) => {
        texts.push(text);
        return raw.prepare(text);
      },
    });
    await read(drizzle({ client: recording }) as unknown as Handle, given);
    return texts.flatMap((text) => {
      const marks = Array.from({ length: text.split('?').length - 1 }, () => 1);
      const plan = raw.prepare<number[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`).all(...marks);
      return plan.map(({ detail }) => `${detail} in ${text}`);
    });
  }
});

describe('on Postgres', () => {
  const START_LIMIT = 120_000;
  let db: TestDatabase;
  let connection: PostgresConnection;
  let given: GivenOrganisation;
  beforeAll(async () => {
    db = await openTestDatabase('pglite');
    given = await givenOrganisation(db);
    const slot = 'postgres' in db.options ? db.options.postgres.readers[0] : undefined;
    if (slot === undefined) throw new Error('no connection');
    connection = await slot.take();
    await fill(connection, given);
  }, START_LIMIT);
  afterAll(() => db.close());

  it.each(['a list', 'a list of mine', 'a list of unassigned ones'])(
    '%s is a run of an index',
    async (name) => {
      const queries: { text: string; values: unknown[] }[] = [];
      const handle = recordingHandle(db.read, queries);
      await READS[name]?.(handle, given);
      const [run] = queries;
      if (run === undefined) throw new Error('nothing was asked');
      const plan = await connection.run(`EXPLAIN ${inlined(run.text, run.values)}`);
      const lines = plan.map((line) => String(line['QUERY PLAN'])).join('\n');
      expect(lines).toMatch(/Index (Only )?Scan/);
      expect(lines).not.toMatch(/Sort|Seq Scan/);
    },
  );
});

/** Twenty thousand conversations in the inbox; few are Anna's and few are nobody's, so that these are looked for by an index. */
async function fill(
  connection: PostgresConnection,
  { inboxId, contactId, anna, ben }: GivenOrganisation,
): Promise<void> {
  await connection.run(`INSERT INTO conversations (id, inbox_id, number, channel, contact_id, address_id, subject, status, responsible_id,
      preview_kind, preview_author, preview_text, created_at, last_at, newest_position, newest_incoming, lock_epoch)
    SELECT 'cnv_' || n, '${inboxId}', 1000000 + n, 'simulator', '${contactId}', '${contactId}', '', CASE WHEN n % 3 = 0 THEN 'archived' ELSE 'open' END,
      CASE n % 100 WHEN 0 THEN NULL WHEN 1 THEN '${anna.id}' ELSE '${ben.id}' END, 'message', '', '', n, n, 1, 1, 0 FROM generate_series(1, 20000) AS n;
    ANALYZE conversations`);
}

/** The same handle, which also writes down what it asks. */
function recordingHandle(handle: Handle, queries: { text: string; values: unknown[] }[]): Handle {
  const { $client: client } = handle as unknown as {
    $client: { query: (...all: unknown[]) => Promise<unknown> };
  };
  const ask = client.query.bind(client);
  client.query = (text, values, ...rest) => {
    queries.push({ text: String(text), values: values as unknown[] });
    return ask(text, values, ...rest);
  };
  return handle;
}

function inlined(text: string, values: readonly unknown[]): string {
  return text.replaceAll(/\$(\d+)/g, (_mark, index: string) => {
    const value = values[Number(index) - 1];
    return typeof value === 'number' ? String(value) : `'${String(value)}'`;
  });
}
