import type { FetchedMail } from './fetch.ts';
import { fileSent } from './file-sent.ts';
import { markMail, type MailPlace, skipMail } from './mark.ts';
import type { MailboxOutcome, MailboxWork } from './work.ts';

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
