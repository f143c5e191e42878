/** The rows that Latchbox writes, written by hand with prepared statements of better-sqlite3: the least they can cost. */
import type { Database } from 'better-sqlite3';

export interface RawStore {
  /** What storing a reply writes, in one FULL commit. */
  reply(call: number, body: string): void;
  /** What granting a lock writes. */
  grant(call: number): void;
  /** What ending it writes. */
  end(call: number): void;
  close(): void;
}

const TABLES = `
  CREATE TABLE conversations (id TEXT PRIMARY KEY, preview TEXT, last_at INTEGER, newest_position INTEGER, lock_epoch INTEGER);
  CREATE TABLE lock_epochs (conversation_id TEXT, epoch INTEGER, agent_id TEXT, session_id TEXT, connection_no INTEGER,
    lease_token TEXT, request_id TEXT, granted_at INTEGER, ended_at INTEGER, end_reason TEXT, PRIMARY KEY (conversation_id, epoch));
  CREATE UNIQUE INDEX lock_agent ON lock_epochs (conversation_id, epoch, agent_id);
  CREATE UNIQUE INDEX lock_request ON lock_epochs (conversation_id, request_id);
  CREATE UNIQUE INDEX lock_open ON lock_epochs (conversation_id) WHERE ended_at IS NULL;
  CREATE UNIQUE INDEX lock_open_agent ON lock_epochs (agent_id) WHERE ended_at IS NULL;
  CREATE TABLE entries (conversation_id TEXT, position INTEGER, id TEXT UNIQUE, at INTEGER, kind TEXT, agent_id TEXT, body TEXT,
    PRIMARY KEY (conversation_id, position));
  CREATE TABLE replies (conversation_id TEXT, position INTEGER, agent_id TEXT, lock_epoch INTEGER, client_id TEXT, hash TEXT,
    late INTEGER, delivery TEXT, event_seq INTEGER, PRIMARY KEY (conversation_id, position), UNIQUE (agent_id, client_id),
    FOREIGN KEY (conversation_id, lock_epoch, agent_id) REFERENCES lock_epochs (conversation_id, epoch, agent_id));
  CREATE TABLE outbox (id TEXT PRIMARY KEY, conversation_id TEXT, position INTEGER, message_key TEXT UNIQUE, state TEXT, due_at INTEGER,
    UNIQUE (conversation_id, position));
  CREATE INDEX outbox_due ON outbox (state, due_at);
  CREATE TABLE streams (id TEXT PRIMARY KEY, last_seq INTEGER);
  CREATE TABLE events (stream TEXT, seq INTEGER, at INTEGER, data TEXT, PRIMARY KEY (stream, seq));
  INSERT INTO conversations VALUES ('c', '', 0, 1, 1);
  INSERT INTO lock_epochs VALUES ('c', 1, 'a', 's', 1, 't', 'r', 0, NULL, NULL);
  INSERT INTO streams VALUES ('i', 0);`;

export function createRawStore(db: Database): RawStore {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.exec(TABLES);
  const advance = db.prepare(
    'UPDATE conversations SET preview = ?, last_at = ?, newest_position = newest_position + 1 WHERE id = ? RETURNING newest_position AS position',
  );
  const entry = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)');
  const reply = db.prepare('INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const outbox = db.prepare('INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?)');
  const next = db.prepare(
    'UPDATE streams SET last_seq = last_seq + 1 WHERE id = ? RETURNING last_seq AS seq',
  );
  const event = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?)');
  const raise = db.prepare(
    'UPDATE conversations SET lock_epoch = lock_epoch + 1 WHERE id = ? RETURNING lock_epoch AS epoch',
  );
  const grant = db.prepare('INSERT INTO lock_epochs VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)');
  const end = db.prepare(
    'UPDATE lock_epochs SET ended_at = ?, end_reason = ? WHERE conversation_id = ? AND ended_at IS NULL',
  );

  /** An event as large as the ones that carry a row. */
  const rowJson = (more: object): string =>
    JSON.stringify({
      type: 'lock.granted',
      row: {
        id: 'c'.repeat(26),
        contact: { id: 'x'.repeat(26), name: 'Rosa Achterberg', address: 'rosa@studio.example' },
        subject: 'Cracked element, KS-3',
        preview: { kind: 'message', author: 'Rosa Achterberg', text: 'y'.repeat(140) },
        lock: {
          status: 'held',
          holder: { id: 'z'.repeat(26), name: 'Ana Brandt' },
          sessionId: 's'.repeat(26),
          device: 'Chrome on Linux',
        },
      },
      ...more,
    });
  const log = (more: object): void => {
    const { seq } = next.get('i') as { seq: number };
    event.run('i', seq, Date.now(), rowJson(more));
  };

  return {
    reply: db.transaction((call: number, body: string) => {
      const { position } = advance.get(body.slice(0, 140), Date.now(), 'c') as { position: number };
      entry.run('c', position, `e${call}`, Date.now(), 'reply', 'a', body);
      reply.run('c', position, 'a', 1, `k${call}`, 'h'.repeat(43), 0, 'queued', position);
      outbox.run(`o${call}`, 'c', position, `e${call}`, 'queued', Date.now());
      log({ entry: { id: `e${call}`, body } });
    }).immediate,
    grant: db.transaction((call: number) => {
      const { epoch } = raise.get('c') as { epoch: number };
      grant.run('c', epoch, 'a', 's', 1, 't'.repeat(32), `r${call}`, Date.now());
      log({ call });
    }).immediate,
    end: db.transaction((call: number) => {
      end.run(Date.now(), 'released', 'c');
      log({ call });
    }).immediate,
    close: () => void db.close(),
  };
}
