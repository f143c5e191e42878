/** Contacts got addresses of their own in 0014: what was there before is there afterwards, on both databases. */
import { describe, expect, it } from 'vitest';
import { migratedPostgres, migratedSqlite, START_LIMIT } from '../testing/before-migration.ts';

/** Two people by mail, one of whom texts as well; the second wrote into a conversation of the first, too. */
const ROWS = [
  `INSERT INTO teams (id, name, created_at) VALUES ('tea_1', 'Support', 1)`,
  `INSERT INTO inboxes (id, team_id, name, api_code, colour, lock_on, lock_ttl, reconnect_grace, idle_after, idle_grace,
     ask_grace, offer_time, member_version, created_at)
   VALUES ('ibx_1', 'tea_1', 'Support', 'support', '#112233', 'open', 1, 1, 1, 1, 1, 1, 1, 1)`,
  `INSERT INTO contacts (id, channel, address, name, created_at) VALUES
   ('ctc_1', 'email', 'cora@example.com', 'Cora Élan', 11), ('ctc_2', 'email', 'dan@example.com', 'Dan', 12),
   ('ctc_3', 'sms', '+15551230001', 'Dan', 13)`,
  `INSERT INTO conversations (id, inbox_id, number, channel, contact_id, subject, status, snoozed_until, preview_kind,
     preview_author, preview_text, created_at, last_at, newest_position, newest_incoming, lock_epoch) VALUES
   ('cnv_1', 'ibx_1', 1, 'email', 'ctc_1', 'A torn page', 'snoozed', 99, 'message', 'Dan', 'Mine too', 11, 21, 2, 2, 7),
   ('cnv_2', 'ibx_1', 2, 'sms', 'ctc_3', 'Texts', 'archived', NULL, 'message', 'Dan', 'Hi', 13, 23, 1, 1, 0)`,
  `INSERT INTO entries (conversation_id, position, id, at, kind, contact_id, body, extra) VALUES
   ('cnv_1', 1, 'ent_1', 11, 'message', 'ctc_1', 'A page is torn', NULL),
   ('cnv_1', 2, 'ent_2', 21, 'message', 'ctc_2', 'Mine too', '{"folds":[]}'),
   ('cnv_2', 1, 'ent_3', 23, 'message', 'ctc_3', 'Hi', NULL)`,
  `INSERT INTO automatic_answers (kind, owner_id, contact_id, at) VALUES ('inbox', 'ibx_1', 'ctc_2', 30)`,
];

const CONVERSATIONS = `SELECT conversations.id, contact_id, address_id, status, snoozed_until, last_at, lock_epoch
  FROM conversations ORDER BY id`;
const ADDRESSES = 'SELECT id, contact_id, channel, address, name, used_at FROM contact_addresses ORDER BY id';
const CONTACTS = 'SELECT id, name, name_key, owner_id, version, created_at, erased_at FROM contacts ORDER BY id';
const ENTRIES = 'SELECT id, position, address_id, body, extra FROM entries ORDER BY id';
const ANSWERED = 'SELECT contact_id, at FROM automatic_answers';

const AFTER = {
  [CONTACTS]: [
    { id: 'ctc_1', name: 'Cora Élan', created_at: 11 },
    { id: 'ctc_2', name: 'Dan', created_at: 12 },
    { id: 'ctc_3', name: 'Dan', created_at: 13 },
    // The key is made by a server that runs, which knows all scripts; until then it is empty.
  ].map((row) => ({ ...row, name_key: '', owner_id: null, version: 1, erased_at: null })),
  [ADDRESSES]: [
    { id: 'ctc_1', channel: 'email', address: 'cora@example.com', name: 'Cora Élan', used_at: 11 },
    { id: 'ctc_2', channel: 'email', address: 'dan@example.com', name: 'Dan', used_at: 12 },
    { id: 'ctc_3', channel: 'sms', address: '+15551230001', name: 'Dan', used_at: 13 },
  ].map((row) => ({ ...row, contact_id: row.id })),
  [CONVERSATIONS]: [
    { id: 'cnv_1', contact_id: 'ctc_1', status: 'snoozed', snoozed_until: 99, last_at: 21, lock_epoch: 7 },
    { id: 'cnv_2', contact_id: 'ctc_3', status: 'archived', snoozed_until: null, last_at: 23, lock_epoch: 0 },
  ].map((row) => ({ ...row, address_id: row.contact_id })),
  [ENTRIES]: [
    { id: 'ent_1', position: 1, address_id: 'ctc_1', body: 'A page is torn', extra: null },
    { id: 'ent_2', position: 2, address_id: 'ctc_2', body: 'Mine too', extra: '{"folds":[]}' },
    { id: 'ent_3', position: 1, address_id: 'ctc_3', body: 'Hi', extra: null },
  ],
  [ANSWERED]: [{ contact_id: 'ctc_2', at: 30 }],
};

describe('contacts with addresses of their own', { timeout: START_LIMIT }, () => {
  it('keep what was there on SQLite, and what refers to what', async () => {
    await using migrated = await migratedSqlite('contacts', ROWS);
    const { raw } = migrated;
    for (const [query, rows] of Object.entries(AFTER)) expect(raw.prepare(query).all()).toEqual(rows);
    raw.pragma('foreign_keys = ON');
    expect(() => raw.exec("DELETE FROM contacts WHERE id = 'ctc_1'")).toThrow('FOREIGN KEY');
    expect(() => raw.exec("DELETE FROM conversations WHERE id = 'cnv_1'")).toThrow('FOREIGN KEY');
  });

  it('keep what was there on Postgres', async () => {
    await using migrated = await migratedPostgres('contacts', ROWS);
    const { run } = migrated;
    for (const [query, rows] of Object.entries(AFTER)) {
      expect(await run(query)).toEqual(rows);
    }
    await expect(run("DELETE FROM contacts WHERE id = 'ctc_1'")).rejects.toThrow('foreign key');
  });
});
