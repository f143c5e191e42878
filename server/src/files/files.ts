import { type Attachment, LatchboxError, MAX_ATTACHMENT_BYTES, refuse } from '@latchbox/shared';
import {
  attachmentById,
  insertAttachments,
  namedFiles,
  removeUnused,
  type StoredAttachment,
  toAttachment,
  unusedAttachments,
  unusedBytesOf,
} from '../database/attachments.ts';
import { authorize } from '../database/authorize.ts';
import type { Database } from '../database/database.ts';
import type { Clock } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { fileLink, linkEnd, linkHolds } from './file-link.ts';
import { cleanFileName, cleanMediaType } from './file-name.ts';
import { type FileStore, type OpenFile, StorageFull } from './file-store.ts';

/** Ms after which an upload that nothing took is deleted. */
const UNUSED_LIVES = 24 * 3_600_000;
/** Ms after which a file without a row is taken for lost; a row follows its file within moments. */
const LOST_AFTER = 3_600_000;
const SWEEP_EVERY = 600_000;
const SWEEP_BATCH = 100;
/** Most bytes of uploads that wait for one agent to use them: ten of the largest. */
const MAX_UNUSED_BYTES = 10 * MAX_ATTACHMENT_BYTES;

export interface Upload {
  readonly name: string;
  readonly type: string | undefined;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface FileLink {
  /** A path on this server. */
  readonly url: string;
  readonly until: number;
}

/** A file that is served: what it is called, and its bytes. */
export type LinkedFile = OpenFile & { readonly name: string };

/** Files that agents upload, and the links under which all files are served. */
export interface Files {
  /** Stores a file for one reply or note of this agent. Throws `too_large`, `limit`, and `internal` when the disk is full. */
  upload(agentId: string, upload: Upload): Promise<Attachment>;
  /** Throws `not_found` for a file that this agent may not see. */
  link(agentId: string, attachmentId: string): Promise<FileLink>;
  /** The file of a link. Throws `not_found` for a link that has ended or was not made here. */
  open(link: { readonly id: string; readonly until: number; readonly mac: string }): Promise<LinkedFile>;
  /** Deletes uploads that nothing took, and files that no row names. Answers how many files went. */
  sweep(): Promise<number>;
  /** Begins to sweep every ten minutes. */
  start(): void;
  stop(): Promise<void>;
}

export interface FilesDeps {
  readonly db: Database;
  readonly store: FileStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Signs links. */
  readonly secret: string;
}

export function createFiles(deps: FilesDeps): Files {
  const { db, clock, secret, store } = deps;
  const sweeper = createSweeper(deps);
  return {
    ...sweeper,
    upload: (agentId, upload) => storeUpload(deps, agentId, upload),
    async link(agentId, attachmentId) {
      const found = await attachmentById(db.read, attachmentId);
      if (found === undefined) throw refuse('not_found');
      await requireReader(deps, agentId, found);
      const until = linkEnd(clock.now());
      return { url: fileLink(secret, found, until), until };
    },
    async open(link) {
      if (!linkHolds(secret, link, clock.now())) throw refuse('not_found');
      const found = await attachmentById(db.read, link.id);
      if (found === undefined) throw refuse('not_found');
      return { ...(await store.open(found.file)), name: found.name };
    },
  };
}

/** The bytes are on the disk before the row that names them: a row never promises what is not there. */
async function storeUpload(
  { db, store, log }: FilesDeps,
  agentId: string,
  { name, type, content }: Upload,
): Promise<Attachment> {
  const waiting = await unusedBytesOf(db.read, agentId, (await db.now()) - UNUSED_LIVES);
  if (waiting >= MAX_UNUSED_BYTES) throw new LatchboxError('limit', { max: MAX_UNUSED_BYTES });
  const stored = await store.write(content, { max: MAX_ATTACHMENT_BYTES }).catch((error: unknown) => {
    if (!(error instanceof StorageFull)) throw error;
    const ref = newId('req');
    log.error('A file was not stored: the disk is full', { ref });
    throw new LatchboxError('internal', { ref }, { message: 'The server has no room left for files.' });
  });
  const row = {
    id: newId('att'),
    agentId,
    conversationId: null,
    position: null,
    name: cleanFileName(name),
    type: cleanMediaType(type),
    ...stored,
    contentId: null,
    inline: false,
  };
  try {
    await db.inTransaction((tx) => insertAttachments(tx, [row]));
  } catch (error) {
    await store.remove(stored.file);
    throw error;
  }
  return toAttachment(row);
}

/** Whoever uploaded it, until something took it; then whoever may read the conversation. */
async function requireReader(
  { db }: Pick<FilesDeps, 'db'>,
  agentId: string,
  { conversationId, ...file }: StoredAttachment,
): Promise<void> {
  if (conversationId !== null) await authorize(db.read, agentId, 'read', { conversationId });
  else if (file.agentId !== agentId) throw refuse('not_found');
}

function createSweeper({ db, store, clock, log }: FilesDeps): Pick<Files, 'sweep' | 'start' | 'stop'> {
  let stopped = false;
  let cancel = (): void => undefined;
  let running: Promise<unknown> = Promise.resolve();

  async function dropUnused(): Promise<number> {
    const before = (await db.now()) - UNUSED_LIVES;
    for (let removed = 0; ; ) {
      const unused = await unusedAttachments(db.read, before, SWEEP_BATCH);
      for (const { id, file } of unused) {
        // Taken between the two looks: then it stays.
        if (!(await db.inTransaction((tx) => removeUnused(tx, id)))) continue;
        await store.remove(file);
        removed += 1;
      }
      if (unused.length < SWEEP_BATCH || stopped) return removed;
    }
  }

  async function sweep(): Promise<number> {
    const unused = await dropUnused();
    return unused + (await store.sweep(LOST_AFTER, (files) => namedFiles(db.read, files)));
  }

  function again(): void {
    running = sweep()
      .catch((error: unknown) => log.error('Files could not be swept', { error: String(error) }))
      .finally(() => {
        if (!stopped) cancel = clock.setTimer(SWEEP_EVERY, again);
      });
  }

  return {
    sweep,
    start() {
      cancel = clock.setTimer(SWEEP_EVERY, again);
    },
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
