import type { Tx } from '../../../../database/database.ts';
import { ClaimLost, type FolderState, noteOutcome, stepFolder } from '../../../../database/mailbox-mail.ts';
import type { FetchedMail } from './fetch.ts';
import { fileSent } from './file-sent.ts';
import type { MailboxOutcome, MailboxWork } from './work.ts';

/** Which mail it is, and how it was come by. */
export interface MailPlace {
  readonly state: FolderState;
  readonly uid: number;
  readonly by: 'new' | 'import';
}

/** What is written down of a mail, in the transaction that deals with it. */
export interface Outcome {
  readonly outcome: MailboxOutcome;
  readonly conversationId?: string;
  readonly position?: number;
  readonly reason?: string | null;
}

const DEADLY = 'This mail could not be read: the server ended over it several times. Its original is kept.';

/** Files one mail. `deadly`: nobody lived to say what came of it, several times; it is kept without being read. */
export async function fileMail(
  work: MailboxWork,
  place: MailPlace,
  { raw, cut }: FetchedMail,
  deadly: boolean,
): Promise<void> {
  const { deps, mailbox } = work;
  if (place.state.kind === 'sent') {
    // Nothing of it is needed that is not in a thread already.
    if (deadly || cut !== undefined) await skipMail(work, place, deadly ? DEADLY : (cut ?? null));
    else await fileSent(work, place, raw);
    return;
  }
  const reason = deadly ? DEADLY : (cut ?? null);
  let came: MailboxOutcome = 'filed';
  await deps.intake.acceptInto(mailbox.inboxId, {
    raw,
    sender: undefined,
    recipients: [mailbox.address],
    oneCopy: true,
    unreadable: deadly ? DEADLY : undefined,
    problem: deadly ? undefined : cut,
    mark: async (tx, { conversationId, position, duplicate, own }) => {
      const plain = own ? 'own' : duplicate ? 'known' : 'filed';
      came = reason === null ? plain : 'unreadable';
      await markMail(tx, work, place, { outcome: came, conversationId, position, reason });
    },
  });
  deps.metrics?.mail(came);
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
