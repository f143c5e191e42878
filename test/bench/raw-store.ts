/**
 * The rows that Latchbox writes, written by hand with prepared statements of better-sqlite3 into the same migrated schema, with
 * its indexes and foreign keys: the least they can cost.
 */
import Sqlite, { type Database } from 'better-sqlite3';
import type { ConversationRow } from '@latchbox/shared';
import { openDatabase } from '@latchbox/server/src/database/open.ts';
import { conversationRow } from '@latchbox/server/src/database/rows.ts';
import { givenOrganisation } from '@latchbox/server/src/database/testing/given.ts';
import { systemClock } from '@latchbox/server/src/lib/clock.ts';
import { silentLog } from '@latchbox/server/src/lib/log.ts';

export interface RawStore {
  /** What storing a reply writes, in one FULL commit; needs `grant` before. */
  reply(call: number, body: string): void;
  /** What granting a lock writes. */
  grant(call: number): void;
  /** What ending it writes. */
  end(): void;
  close(): void;
}

/** A file with our schema and a little in it, then only raw statements. */
export async function openRawStore(file: string): Promise<RawStore> {
  const seeding = await openDatabase({ sqliteFile: file }, { clock: systemClock, log: silentLog });
  const { anna, sessions, inboxId, conversationId } = await givenOrganisation(seeding, { lockOn: 'compose' });
  const row = await conversationRow(seeding.read, conversationId);
  await seeding.close();
  const db = new Sqlite(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  return createRawStore(db, { conversationId, inboxId, agent: anna, sessionId: sessions.anna, row });
}

interface About {
  readonly conversationId: string;
  readonly inboxId: string;
  readonly agent: { readonly id: string; readonly name: string };
  readonly sessionId: string;
  readonly row: ConversationRow;
}

/** An event of the inbox's stream: the number and the row itself. */
function rawLog(db: Database, stream: string): (data: unknown, now: number) => number {
  const next = db.prepare<[string], { seq: number }>(
    `INSERT INTO streams (id, last_seq) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET last_seq = last_seq + 1
     RETURNING last_seq AS seq`,
  );
  const event = db.prepare('INSERT INTO events (stream, seq, at, data) VALUES (?, ?, ?, ?)');
  return (data, now) => {
    const { seq } = next.get(stream) as { seq: number };
    event.run(stream, seq, now, JSON.stringify(data));
    return seq;
  };
}

function rawReply(
  db: Database,
  { conversationId, inboxId, agent, row }: About,
  log: ReturnType<typeof rawLog>,
) {
  const advance = db.prepare<unknown[], { position: number }>(
    `UPDATE conversations SET preview_kind = 'reply', preview_author = ?, preview_text = ?, last_at = ?,
     newest_position = newest_position + 1 WHERE id = ? RETURNING newest_position AS position`,
  );
  const entry = db.prepare(
    `INSERT INTO entries (conversation_id, position, id, at, kind, agent_id, address_id, body, activity)
     VALUES (?, ?, ?, ?, 'reply', ?, NULL, ?, NULL)`,
  );
  const draft = db.prepare(
    `INSERT INTO drafts (conversation_id, agent_id, kind, body, revision, saved_at) VALUES (?, ?, 'reply', '', 1, ?)
     ON CONFLICT (conversation_id, agent_id, kind) DO UPDATE SET body = '', revision = revision + 1, saved_at = ?`,
  );
  const outbox = db.prepare(
    `INSERT INTO outbox (id, inbox_id, conversation_id, position, channel, message_key, state, due_at, attempts, claim_no)
     VALUES (?, ?, ?, ?, 'simulator', ?, 'queued', ?, 0, 0)`,
  );
  const reply = db.prepare(
    `INSERT INTO replies (conversation_id, position, agent_id, lock_epoch, client_message_id, request_hash, late_send,
     delivery, event_seq) VALUES (?, ?, ?, ?, ?, ?, 0, 'queued', ?)`,
  );
  const epoch = db.prepare<[string], { epoch: number }>(
    'SELECT lock_epoch AS epoch FROM conversations WHERE id = ?',
  );
  let fence: number | undefined;
  const store = db.transaction((call: number, body: string) => {
    fence ??= epoch.get(conversationId)?.epoch ?? 0;
    const now = Date.now();
    const text = body.slice(0, 140);
    const { position } = advance.get(agent.name, text, now, conversationId) as { position: number };
    const id = `ent_${String(call).padStart(22, '0')}`;
    entry.run(conversationId, position, id, now, agent.id, body);
    draft.run(conversationId, agent.id, now, now);
    outbox.run(`out_${String(call).padStart(22, '0')}`, inboxId, conversationId, position, id, now);
    const told = { kind: 'reply', id, conversationId, position, at: now, author: agent, body, fence };
    const after = { ...row, preview: { kind: 'reply', author: agent.name, text }, newestPosition: position };
    const seq = log(
      {
        type: 'entry.added',
        entry: { ...told, clientId: `bench-${call}`, lateSend: false, delivery: { state: 'queued' } },
        row: { ...after, lastAt: now },
      },
      now,
    );
    reply.run(conversationId, position, agent.id, fence, `bench-${call}`, 'h'.repeat(43), seq);
  });
  return (call: number, body: string) => store.immediate(call, body);
}

function rawLock(
  db: Database,
  { conversationId, agent, sessionId, row }: About,
  log: ReturnType<typeof rawLog>,
) {
  const raise = db.prepare<[string], { epoch: number }>(
    'UPDATE conversations SET lock_epoch = lock_epoch + 1 WHERE id = ? RETURNING lock_epoch AS epoch',
  );
  const insert = db.prepare(
    `INSERT INTO lock_epochs (conversation_id, epoch, agent_id, session_id, connection_no, lease_token, request_id, lock_on,
     granted_at, active_at, ended_at, end_reason) VALUES (?, ?, ?, ?, 1, ?, ?, 'compose', ?, ?, NULL, NULL)`,
  );
  const finish = db.prepare<unknown[], { epoch: number }>(
    `UPDATE lock_epochs SET ended_at = ?, end_reason = 'released', ended_by = NULL, idle_deadline = NULL, gone_deadline = NULL
     WHERE conversation_id = ? AND epoch = ? AND lease_token = ? AND ended_at IS NULL RETURNING epoch`,
  );
  const token = 't'.repeat(32);
  let fence = 0;
  const lockView = (now: number) => ({
    status: 'held',
    fence,
    holder: agent,
    sessionId,
    device: 'Chrome on Linux',
    since: now,
    lockOn: 'compose',
    idle: { phase: 'active' },
    goneDeadline: null,
  });
  const grant = db.transaction((call: number) => {
    const now = Date.now();
    fence = (raise.get(conversationId) as { epoch: number }).epoch;
    const request = `req_${String(call).padStart(22, '0')}`;
    insert.run(conversationId, fence, agent.id, sessionId, token, request, now, now);
    log({ type: 'lock.granted', row: { ...row, lock: lockView(now) } }, now);
  });
  const end = db.transaction(() => {
    const now = Date.now();
    finish.get(now, conversationId, fence, token);
    const after = { ...row, lock: { status: 'free', fence } };
    log({ type: 'lock.ended', fence, holder: agent, reason: 'released', by: null, row: after }, now);
  });
  return { grant: (call: number) => grant.immediate(call), end: () => end.immediate() };
}

function createRawStore(db: Database, about: About): RawStore {
  const log = rawLog(db, `inbox:${about.inboxId}`);
  return {
    reply: rawReply(db, about, log),
    ...rawLock(db, about, log),
    close: () => void db.close(),
  };
}
