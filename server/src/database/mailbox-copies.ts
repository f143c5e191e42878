/** Mails that left from mailboxes and are to lie in their Sent folders as well. */
import { and, asc, eq, lte, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { mailboxOfAddress } from './mailboxes.ts';
import { prepared } from './prepared.ts';
import { mailboxCopies, mailIds, mails, outbox } from './schema/sqlite.ts';

/**
 * Wants a copy of a mail in the Sent folder of the mailbox whose address it leaves from, where that is one; in the transaction
 * that makes the mail. It is put there once the mail has left.
 */
export async function wantSentCopy(
  tx: Tx,
  from: string,
  mail: { readonly mailId: string; readonly conversationId: string; readonly position: number },
): Promise<void> {
  const mailboxId = await mailboxOfAddress(tx.db, from);
  if (mailboxId === undefined) return;
  await tx.db
    .insert(mailboxCopies)
    .values({ ...mail, mailboxId, attempts: 0, dueAt: tx.now })
    .onConflictDoNothing();
}

export interface DueCopy {
  readonly mailId: string;
  readonly attempts: number;
  /** Of its delivery. */
  readonly state: typeof outbox.$inferSelect.state;
  readonly messageId: string | null;
  readonly raw: Buffer | null;
  readonly file: string | null;
  readonly at: number;
}

const selectDue = prepared<{ mailboxId: string; now: number; limit: number }, DueCopy[]>(
  'mailboxCopies.due',
  (db) =>
    db
      .select({
        mailId: mailboxCopies.mailId,
        attempts: mailboxCopies.attempts,
        state: outbox.state,
        messageId: mailIds.messageId,
        raw: mails.raw,
        file: mails.file,
        at: mails.at,
      })
      .from(mailboxCopies)
      .innerJoin(mails, eq(mails.id, mailboxCopies.mailId))
      .innerJoin(
        outbox,
        and(
          eq(outbox.conversationId, mailboxCopies.conversationId),
          eq(outbox.position, mailboxCopies.position),
        ),
      )
      .leftJoin(
        mailIds,
        and(
          eq(mailIds.conversationId, mailboxCopies.conversationId),
          eq(mailIds.position, mailboxCopies.position),
        ),
      )
      .where(
        and(
          eq(mailboxCopies.mailboxId, sql.placeholder('mailboxId')),
          lte(mailboxCopies.dueAt, sql.placeholder('now')),
          // The others have not left yet, or a person decides about them.
          sql`${outbox.state} IN ('sent', 'failed', 'withdrawn')`,
        ),
      )
      .orderBy(asc(mailboxCopies.dueAt))
      .limit(sql.placeholder('limit')),
);

/** Copies of mails whose delivery has ended, the longest due first. */
export function dueCopies(
  db: Handle,
  of: { mailboxId: string; now: number; limit: number },
): Promise<DueCopy[]> {
  return selectDue(db, of);
}

/** It lies there, or never will. */
export async function endCopy(tx: Tx, mailId: string): Promise<void> {
  await tx.db.delete(mailboxCopies).where(eq(mailboxCopies.mailId, mailId));
}

export async function postponeCopy(tx: Tx, mailId: string, ms: number): Promise<void> {
  await tx.db
    .update(mailboxCopies)
    .set({ attempts: sql`${mailboxCopies.attempts} + 1`, dueAt: tx.now + ms })
    .where(eq(mailboxCopies.mailId, mailId));
}
