/** What makes an entry a note: its author's client id, under which a repetition finds it again. */
import { and, eq, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { notes } from './schema/sqlite.ts';

export interface NoteKey extends Record<string, unknown> {
  agentId: string;
  clientId: string;
}

export interface StoredNote {
  readonly conversationId: string;
  readonly position: number;
  readonly requestHash: string;
  readonly eventSeq: number;
}

const select = prepared<NoteKey, StoredNote[]>('noteWrites.select', (db) =>
  db
    .select({
      conversationId: notes.conversationId,
      position: notes.position,
      requestHash: notes.requestHash,
      eventSeq: notes.eventSeq,
    })
    .from(notes)
    .where(
      and(
        eq(notes.agentId, sql.placeholder('agentId')),
        eq(notes.clientMessageId, sql.placeholder('clientId')),
      ),
    ),
);

/** The note this agent stored under this client id. */
export async function noteByClientId(
  db: Handle,
  { agentId, clientId }: NoteKey,
): Promise<StoredNote | undefined> {
  return (await select(db, { agentId, clientId }))[0];
}

export interface NewNote extends NoteKey {
  conversationId: string;
  position: number;
  requestHash: string;
}

const insert = prepared<NewNote, unknown>('noteWrites.insert', (db) =>
  db.insert(notes).values({
    conversationId: sql.placeholder('conversationId'),
    position: sql.placeholder('position'),
    agentId: sql.placeholder('agentId'),
    clientMessageId: sql.placeholder('clientId'),
    requestHash: sql.placeholder('requestHash'),
    // Known only when the event is appended, which must come last.
    eventSeq: 0,
  }),
);

/** Fails with a unique violation when a twin with the same client id was faster. */
export async function insertNote(tx: Tx, note: NewNote): Promise<void> {
  await insert(tx.db, note);
}

const setEvent = prepared<NoteKey & { seq: number }, unknown>('noteWrites.event', (db) =>
  db
    .update(notes)
    .set({ eventSeq: sql`${sql.placeholder('seq')}` })
    .where(
      and(
        eq(notes.agentId, sql.placeholder('agentId')),
        eq(notes.clientMessageId, sql.placeholder('clientId')),
      ),
    ),
);

export async function setNoteEvent(tx: Tx, { agentId, clientId }: NoteKey, seq: number): Promise<void> {
  await setEvent(tx.db, { agentId, clientId, seq });
}
