/** Recordings that callers left. */
import { and, asc, eq, isNull, lte } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { voicemails } from '../schema/sqlite.ts';

export interface StoredVoicemail {
  readonly sid: string;
  readonly callId: string;
  readonly url: string;
  readonly seconds: number;
  readonly transcript: string | null;
  readonly conversationId: string | null;
  readonly position: number | null;
  readonly attempts: number;
  readonly dueAt: number | null;
  readonly at: number;
}

/** False: it is known. */
export async function insertVoicemail(
  tx: Tx,
  { sid, callId, url, seconds }: Pick<StoredVoicemail, 'sid' | 'callId' | 'url' | 'seconds'>,
): Promise<boolean> {
  const rows = await tx.db
    .insert(voicemails)
    .values({
      sid,
      callId,
      url,
      seconds,
      transcript: null,
      conversationId: null,
      position: null,
      attempts: 0,
      dueAt: tx.now,
      at: tx.now,
    })
    .onConflictDoNothing()
    .returning({ sid: voicemails.sid });
  return rows.length > 0;
}

export async function voicemailBySid(db: Handle, sid: string): Promise<StoredVoicemail | undefined> {
  return (await db.select().from(voicemails).where(eq(voicemails.sid, sid)))[0];
}

export function dueVoicemails(db: Handle, now: number, limit: number): Promise<StoredVoicemail[]> {
  return db
    .select()
    .from(voicemails)
    .where(lte(voicemails.dueAt, now))
    .orderBy(asc(voicemails.dueAt))
    .limit(limit);
}

/** Takes a due one until `until` (epoch ms): false when another server was faster. */
export async function takeVoicemail(
  tx: Tx,
  { sid, dueAt, attempts }: StoredVoicemail,
  until: number,
): Promise<boolean> {
  if (dueAt === null) return false;
  const rows = await tx.db
    .update(voicemails)
    .set({ dueAt: until, attempts: attempts + 1 })
    .where(and(eq(voicemails.sid, sid), eq(voicemails.dueAt, dueAt)))
    .returning({ sid: voicemails.sid });
  return rows.length > 0;
}

/** Notes its message. Answers what was said, if that is known by now. */
export async function placeVoicemail(
  tx: Tx,
  sid: string,
  place: { readonly conversationId: string; readonly position: number },
): Promise<void> {
  const { conversationId, position } = place;
  await tx.db
    .update(voicemails)
    .set({ conversationId, position, dueAt: null })
    .where(eq(voicemails.sid, sid));
}

/** Writes down what was said, once; answers the recording as it is then, or nothing where it is unknown or known already. */
export async function transcribeVoicemail(
  tx: Tx,
  sid: string,
  transcript: string,
): Promise<StoredVoicemail | undefined> {
  const rows = await tx.db
    .update(voicemails)
    .set({ transcript })
    .where(and(eq(voicemails.sid, sid), isNull(voicemails.transcript)))
    .returning();
  return rows[0];
}
