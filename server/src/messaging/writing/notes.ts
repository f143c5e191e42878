import { type NoteEntry, refuse, type UpInput } from '@latchbox/shared';
import { authorize } from '../../database/authorize.ts';
import type { Tx } from '../../database/database.ts';
import { clearDraft } from '../../database/draft-writes.ts';
import { insertNote, noteByClientId, setNoteEvent, type StoredNote } from '../../database/note-writes.ts';
import { entryAt } from '../../database/threads.ts';
import { violates } from '../../database/unique-violation.ts';
import { appendEntry } from '../entries/append-entry.ts';
import type { Author, Stored } from '../api.ts';
import type { MessagingDeps } from '../deps.ts';
import { requestHash } from '../request-hash.ts';
import { tellEntry } from '../entries/tell-entry.ts';
import { findUploads, takeUploads } from './uploads.ts';

type Input = UpInput<'note.add'>;

/** Adds an internal note: every member may, and no lock is asked for (L1). The same client id twice stores one. */
export async function addNote(deps: MessagingDeps, author: Author, input: Input): Promise<Stored<NoteEntry>> {
  try {
    return await deps.db.inTransaction((tx) => addNoteOnce(tx, deps, author, input));
  } catch (error) {
    // A twin of this call was faster (Postgres only: SQLite has one writer). What it stored is the answer.
    if (!violates(error, 'notes_client_id')) throw error;
    return await deps.db.inTransaction((tx) => addNoteOnce(tx, deps, author, input));
  }
}

async function addNoteOnce(
  tx: Tx,
  deps: MessagingDeps,
  author: Author,
  input: Input,
): Promise<Stored<NoteEntry>> {
  const { conversationId, clientId, body, attachments: uploads = [] } = input;
  const { agentId } = author;
  const access = await authorize(tx, agentId, 'read', { conversationId });
  const hash = requestHash(conversationId, 'note', body, ...uploads);
  const known = await noteByClientId(tx.db, { agentId, clientId });
  if (known !== undefined) return await repeat(tx, deps, access.inboxId, known, hash);

  const appended = await appendEntry(tx, conversationId, {
    kind: 'note',
    agentId,
    authorName: author.agentName,
    body,
    ...(uploads.length === 0 ? {} : { extra: { attachments: await findUploads(tx, agentId, uploads) } }),
  });
  await takeUploads(tx, agentId, uploads, { ...appended, conversationId });
  await insertNote(tx, { conversationId, position: appended.position, agentId, clientId, requestHash: hash });
  await clearDraft(tx, { conversationId, agentId, kind: 'note' });
  const { entry, stream, seq } = await tellEntry(tx, deps, { ...appended, conversationId });
  await setNoteEvent(tx, { agentId, clientId }, seq);
  return { entry: asNote(entry), asOf: { stream, logEpoch: deps.logEpoch, seq } };
}

async function repeat(
  tx: Tx,
  deps: MessagingDeps,
  inboxId: string,
  known: StoredNote,
  hash: string,
): Promise<Stored<NoteEntry>> {
  // The hash covers the conversation, so what is answered lies in the inbox that was just authorised.
  if (known.requestHash !== hash) throw refuse('idempotency_mismatch');
  const entry = await entryAt(tx.db, known.conversationId, known.position);
  return {
    entry: asNote(entry),
    asOf: { stream: `inbox:${inboxId}`, logEpoch: deps.logEpoch, seq: known.eventSeq },
  };
}

function asNote(entry: { readonly kind: string } | undefined): NoteEntry {
  if (entry?.kind !== 'note') throw new Error('a stored note has no entry');
  return entry as NoteEntry;
}
