import type { Tx } from '../../../../database/database.ts';
import { ClaimLost, type FolderState, noteOutcome, stepFolder } from '../../../../database/mailbox-mail.ts';
import type { MailboxOutcome, MailboxWork } from './work.ts';

/** Which mail it is, and how it was come by. */
export interface MailPlace {
  readonly state: FolderState;
  readonly uid: number;
  readonly by: 'new' | 'import';
}

/** What is written down of a mail, in the transaction that deals with it. */
interface Outcome {
  readonly outcome: MailboxOutcome;
  readonly conversationId?: string;
  readonly position?: number;
  readonly reason?: string | null;
}

/** Goes past a mail that is filed nowhere; `reason` null: there is nothing to say about it. */
export async function skipMail(work: MailboxWork, place: MailPlace, reason: string | null): Promise<void> {
  const { deps } = work;
  await deps.db.inTransaction((tx) => markMail(tx, work, place, { outcome: 'skipped', reason }));
  deps.metrics?.mail('skipped');
}

/** Says in one transaction what became of a mail, and that the folder has been read so far. Throws `ClaimLost`. */
export async function markMail(
  tx: Tx,
  { claim }: Pick<MailboxWork, 'claim'>,
  { state, uid, by }: MailPlace,
  outcome: Outcome,
): Promise<void> {
  const { mailboxId, folder, uidValidity } = state;
  if (mailboxId !== claim.mailboxId) throw new ClaimLost();
  await stepFolder(tx, { ...claim, folder, uid, by });
  await noteOutcome(tx, { mailboxId, folder, uidValidity, uid, ...outcome });
}
