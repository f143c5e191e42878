/** The whole state of a deployment, read from its SQLite file by another program than the one that wrote it. */

import { DatabaseSync } from 'node:sqlite';
import type { EventData } from '@latchbox/shared';
import type { AuditRow } from './history-record.ts';

export interface EpochRow {
  readonly conversationId: string;
  readonly epoch: number;
  readonly agentId: string;
  readonly sessionId: string | null;
  readonly requestId: string;
  readonly grantedAt: number;
  readonly endedAt: number | null;
  readonly endReason: string | null;
  /** A secret, which the next epoch has too where the lock was passed on. */
  readonly leaseToken?: string;
}
export interface ReplyRow {
  readonly conversationId: string;
  readonly position: number;
  readonly agentId: string;
  readonly lockEpoch: number;
  readonly clientMessageId: string;
  readonly lateSend: number;
  readonly eventSeq: number;
}
export interface EntryRow {
  readonly conversationId: string;
  readonly position: number;
  readonly id: string;
  readonly kind: string;
  readonly agentId: string | null;
  readonly body: string;
}
export interface EventRow {
  readonly stream: string;
  readonly seq: number;
  readonly at?: number;
  readonly data: EventData;
}
export interface OutboxRow {
  readonly conversationId: string;
  readonly position: number;
  readonly messageKey: string;
  readonly state: string;
  readonly claimDeadline: number | null;
  readonly attempts: number;
  readonly lastError?: string | null;
}

/** What the checkers read of a database. Times in epoch ms. */
export interface Dump {
  readonly epochs: readonly EpochRow[];
  readonly replies: readonly ReplyRow[];
  readonly entries: readonly EntryRow[];
  readonly events: readonly EventRow[];
  readonly streams: readonly { readonly id: string; readonly lastSeq: number }[];
  readonly outbox: readonly OutboxRow[];
  /** Attempts to hand a message to the provider; without an outcome nobody knows whether it arrived. */
  readonly attempts: readonly { readonly messageKey: string; readonly outcome: string | null }[];
  /** What the fake provider took: the simulator's customers' side. */
  readonly accepted: readonly {
    readonly messageKey: string;
    readonly body: string;
    readonly at?: number;
  }[];
  readonly conversations: readonly {
    readonly id: string;
    readonly inboxId: string;
    readonly lockEpoch: number;
  }[];
  /** Oldest first. */
  readonly audit?: readonly AuditRow[];
  /** The Message-IDs under which replies left, without brackets, and the places of those replies. */
  readonly mailIds?: readonly {
    readonly messageId: string;
    readonly conversationId: string;
    readonly position: number;
  }[];
}

/** By the names of `Dump`; they run on both databases. */
export const DUMP_QUERIES: Record<keyof Dump, string> = {
  epochs: `SELECT conversation_id AS "conversationId", epoch, agent_id AS "agentId", session_id AS "sessionId",
    request_id AS "requestId", granted_at AS "grantedAt", ended_at AS "endedAt", end_reason AS "endReason", lease_token AS "leaseToken"
    FROM lock_epochs ORDER BY conversation_id, epoch`,
  replies: `SELECT conversation_id AS "conversationId", position, agent_id AS "agentId", lock_epoch AS "lockEpoch",
    client_message_id AS "clientMessageId", late_send AS "lateSend", event_seq AS "eventSeq"
    FROM replies ORDER BY conversation_id, position`,
  entries: `SELECT conversation_id AS "conversationId", position, id, kind, agent_id AS "agentId", body
    FROM entries ORDER BY conversation_id, position`,
  events: 'SELECT stream, seq, at, data FROM events ORDER BY stream, seq',
  streams: 'SELECT id, last_seq AS "lastSeq" FROM streams ORDER BY id',
  outbox: `SELECT conversation_id AS "conversationId", position, message_key AS "messageKey", state,
    claim_deadline AS "claimDeadline", attempts, last_error AS "lastError" FROM outbox ORDER BY conversation_id, position`,
  attempts: `SELECT message_key AS "messageKey", outcome FROM outbox_attempts
    JOIN outbox ON outbox.id = outbox_attempts.outbox_id ORDER BY started_at`,
  accepted: 'SELECT message_key AS "messageKey", body, at FROM simulator_deliveries ORDER BY at',
  conversations: 'SELECT id, inbox_id AS "inboxId", lock_epoch AS "lockEpoch" FROM conversations ORDER BY id',
  audit: `SELECT id, at, actor_id AS "actorId", action, object_type AS "objectType", object_id AS "objectId", details
    FROM audit ORDER BY at, id`,
  mailIds: `SELECT message_id AS "messageId", mail_ids.conversation_id AS "conversationId",
    mail_ids.position AS position FROM mail_ids
    JOIN replies ON replies.conversation_id = mail_ids.conversation_id AND replies.position = mail_ids.position`,
};

/** Opens a SQLite file for reading alone, lets `read` use it, and closes it. */
export function readSqlite<T>(file: string, read: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

/** All tables that the checkers need, read in one transaction. */
export function dumpDatabase(file: string): Dump {
  return readSqlite(file, (database) => {
    database.exec('BEGIN');
    const rows = (name: keyof Dump) =>
      database.prepare(DUMP_QUERIES[name]).all() as Record<string, unknown>[];
    const plain = Object.fromEntries(
      Object.keys(DUMP_QUERIES).map((name) => [name, rows(name as keyof Dump).map((row) => ({ ...row }))]),
    ) as unknown as Dump;
    const events = plain.events.map(({ data, ...row }) => ({
      ...row,
      data: JSON.parse(data as unknown as string) as EventData,
    }));
    return { ...plain, events };
  });
}
