/** Writes of drafts. A draft's row outlives its text: its revision is what refuses a late autosave. */
import { and, eq, sql } from 'drizzle-orm';
import type { DraftKind } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { drafts } from './schema/sqlite.ts';

export interface DraftKey extends Record<string, unknown> {
  conversationId: string;
  agentId: string;
  kind: DraftKind;
}

export interface StoredDraft {
  readonly body: string;
  readonly revision: number;
}

const value = (name: string) => sql`${sql.placeholder(name)}`;
const isDraft = () =>
  and(
    eq(drafts.conversationId, sql.placeholder('conversationId')),
    eq(drafts.agentId, sql.placeholder('agentId')),
    eq(drafts.kind, sql.placeholder('kind')),
  );
const key = {
  conversationId: sql.placeholder('conversationId'),
  agentId: sql.placeholder('agentId'),
  kind: sql.placeholder('kind'),
};

const select = prepared<DraftKey, StoredDraft[]>('draftWrites.select', (db) =>
  db.select({ body: drafts.body, revision: drafts.revision }).from(drafts).where(isDraft()),
);

/** What is stored under the key; revision 0 and no text where nothing ever was. */
export async function storedDraft(db: Handle, draft: DraftKey): Promise<StoredDraft> {
  return (await select(db, pick(draft)))[0] ?? { body: '', revision: 0 };
}

type Raised = { revision: number }[];
type Save = DraftKey & { body: string; now: number };

const insertFirst = prepared<Save, Raised>('draftWrites.insert', (db) =>
  db
    .insert(drafts)
    .values({ ...key, body: sql.placeholder('body'), revision: 1, savedAt: sql.placeholder('now') })
    .onConflictDoNothing()
    .returning({ revision: drafts.revision }),
);

const update = prepared<Save & { revision: number }, Raised>('draftWrites.update', (db) =>
  db
    .update(drafts)
    .set({ body: value('body'), savedAt: value('now'), revision: sql`${drafts.revision} + 1` })
    .where(and(isDraft(), eq(drafts.revision, sql.placeholder('revision'))))
    .returning({ revision: drafts.revision }),
);

/** Stores a text that was made from `revision`; undefined when another revision stands there. */
export async function replaceDraft(
  tx: Tx,
  draft: DraftKey,
  text: { body: string; revision: number },
): Promise<number | undefined> {
  const save = { ...pick(draft), body: text.body, now: tx.now };
  const rows = await (text.revision === 0
    ? insertFirst(tx.db, save)
    : update(tx.db, { ...save, revision: text.revision }));
  return rows[0]?.revision;
}

const clear = prepared<DraftKey & { now: number }, unknown>('draftWrites.clear', (db) =>
  db
    .insert(drafts)
    .values({ ...key, body: '', revision: 1, savedAt: sql.placeholder('now') })
    .onConflictDoUpdate({
      target: [drafts.conversationId, drafts.agentId, drafts.kind],
      set: { body: '', revision: sql`${drafts.revision} + 1`, savedAt: value('now') },
    }),
);

/**
 * Deletes the text and raises the revision, also where no draft was saved yet: an autosave that is still on its way was made
 * from an older revision and is refused, so it cannot bring back what was sent.
 */
export async function clearDraft(tx: Tx, draft: DraftKey): Promise<void> {
  await clear(tx.db, { ...pick(draft), now: tx.now });
}

function pick(draft: DraftKey): DraftKey {
  return { conversationId: draft.conversationId, agentId: draft.agentId, kind: draft.kind };
}
