import Sqlite from 'better-sqlite3';

/** Messages of each conversation. */
const THREAD = 3;
/** Above every number of the demo. */
const FIRST_NUMBER = 100_000;

/** Writes conversations into an inbox, older than everything that is there, with a statement a table. No server may run on the file. */
export function fillInbox(file: string, inboxApiCode: string, conversations: number): void {
  const raw = new Sqlite(file);
  // What is made here is thrown away when it breaks off.
  raw.pragma('synchronous = OFF');
  const inbox = raw.prepare('SELECT id FROM inboxes WHERE api_code = ?').get(inboxApiCode) as { id: string };
  const { oldest } = raw.prepare('SELECT min(last_at) AS oldest FROM conversations').get() as {
    oldest: number;
  };
  const values = {
    inboxId: inbox.id,
    conversations,
    thread: THREAD,
    first: FIRST_NUMBER,
    start: oldest - (conversations + 1) * THREAD * 1_000,
  };
  const numbers = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @conversations)';
  const statements = [
    `${numbers} INSERT INTO contacts (id, name, name_key, version, created_at)
     SELECT 'ctc_many' || i, 'Customer ' || i, 'customer ' || i, 1, @start FROM n`,
    `${numbers} INSERT INTO contact_addresses (id, contact_id, channel, address, name, created_at, used_at)
     SELECT 'adr_many' || i, 'ctc_many' || i, 'simulator', 'customer-' || i || '@example.com', 'Customer ' || i, @start, @start FROM n`,
    `${numbers} INSERT INTO conversations (id, inbox_id, number, channel, contact_id, address_id, subject, status, preview_kind,
       preview_author, preview_text, created_at, last_at, newest_position, newest_incoming, lock_epoch)
     SELECT 'cnv_many' || i, @inboxId, @first + i, 'simulator', 'ctc_many' || i, 'adr_many' || i, 'Question ' || i, 'open', 'message',
       'Customer ' || i, 'Where is my parcel with the number ' || i || '?', @start + i * @thread * 1000,
       @start + (i + 1) * @thread * 1000, @thread, @thread, 0 FROM n`,
    `${numbers}, p (position) AS (SELECT 1 UNION ALL SELECT position + 1 FROM p WHERE position < @thread)
     INSERT INTO entries (conversation_id, position, id, at, kind, address_id, body)
     SELECT 'cnv_many' || i, position, 'ent_many' || i || '_' || position, @start + i * @thread * 1000 + position * 1000,
       'message', 'adr_many' || i, 'Where is my parcel with the number ' || i || '? It waits for ' || position || ' days now.'
     FROM n, p`,
  ];
  raw.transaction(() => {
    for (const statement of statements) {
      const needed = Object.fromEntries(
        Object.entries(values).filter(([name]) => statement.includes(`@${name}`)),
      );
      raw.prepare(statement).run(needed);
    }
  })();
  raw.exec('ANALYZE');
  raw.close();
}
