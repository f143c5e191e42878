/** What agents were told before it was noted which conversation it names: it is noted afterwards, with the event that told it, on both databases. */
import { describe, expect, it } from 'vitest';
import { migratedPostgres, migratedSqlite, START_LIMIT } from '../testing/before-migration.ts';

const told = (id: string) => JSON.stringify({ type: 'notification.added', record: { id } });
const about = (conversationId: string) => JSON.stringify({ kind: 'assigned', conversationId, subject: '5" pipes' });
const ROWS = [
  `INSERT INTO agents (id, kind, name, email, role, password_hash, created_at) VALUES
   ('agt_1', 'person', 'Ana', 'ana@shop.example', 'admin', 'hash', 11)`,
  `INSERT INTO streams (id, last_seq) VALUES ('agent:agt_1', 3)`,
  `INSERT INTO events (stream, seq, at, data) VALUES
   ('agent:agt_1', 1, 12, '${told('ntf_1')}'), ('agent:agt_1', 2, 12, '${told('ntf_2')}'), ('agent:agt_1', 3, 13, '${told('ntf_3')}')`,
  `INSERT INTO notifications (id, agent_id, data, created_at) VALUES
   ('ntf_1', 'agt_1', '${about('cnv_1')}', 12), ('ntf_2', 'agt_1', '${about('cnv_2')}', 12),
   ('ntf_3', 'agt_1', '{"kind":"import_done"}', 13), ('ntf_4', 'agt_1', '${about('cnv_4')}', 14)`,
];
const QUERY = 'SELECT id, conversation_id, seq FROM notifications ORDER BY id';
const AFTER = [
  { id: 'ntf_1', conversation_id: 'cnv_1', seq: 1 },
  { id: 'ntf_2', conversation_id: 'cnv_2', seq: 2 },
  { id: 'ntf_3', conversation_id: null, seq: null },
  // Its event is forgotten.
  { id: 'ntf_4', conversation_id: 'cnv_4', seq: null },
];

describe('notifications of before', { timeout: START_LIMIT }, () => {
  it('say which conversation they name on SQLite', async () => {
    await using migrated = await migratedSqlite('told_about_a_conversation', ROWS);
    const { raw } = migrated;
    expect(raw.prepare(QUERY).all()).toEqual(AFTER);
  });

  it('say which conversation they name on Postgres', async () => {
    await using migrated = await migratedPostgres('told_about_a_conversation', ROWS);
    const { run } = migrated;
    // Numbers of 64 bits come as texts or as numbers.
    const rows = await run(QUERY);
    expect(JSON.parse(JSON.stringify(rows, (key, value) => (key === 'seq' && value !== null ? Number(value) : value)))).toEqual(AFTER);
  });
});
