/** Mailboxes that want their answers at another one (A1). */
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { MailAddress, MailOut } from '@latchbox/shared';
import type { Handle } from './database.ts';
import type { EntryExtra } from './entries.ts';
import { ownAddresses } from './mail-in.ts';
import { prepared } from './prepared.ts';
import { entries, inboxAddresses, inboxes, mailboxes } from './schema/sqlite.ts';

const selectMaster = prepared<{ address: string }, { address: string; name: string; inboxName: string }[]>(
  'mailMasters.of',
  (db) =>
    db
      .select({ address: mailboxes.address, name: mailboxes.name, inboxName: inboxes.name })
      .from(mailboxes)
      .innerJoin(inboxes, eq(inboxes.id, mailboxes.inboxId))
      .where(
        and(
          isNull(mailboxes.endedAt),
          // As SQL text: the same table again needs a name that both dialects understand.
          sql`${mailboxes.id} = (SELECT sender.master_id FROM ${mailboxes} AS sender INNER JOIN ${inboxAddresses} ON ${inboxAddresses.mailboxId} = sender.id WHERE ${inboxAddresses.address} = ${sql.placeholder('address')})`,
        ),
      ),
);

/** Where answers to mail from an address of ours (lower case) are wanted; undefined: at that address. */
export async function masterOf(db: Handle, address: string): Promise<MailAddress | undefined> {
  const [master] = await selectMaster(db, { address });
  return master && { address: master.address, name: master.name === '' ? master.inboxName : master.name };
}

/** How many of a conversation's newest replies are looked at. */
const WITHIN = 20;

const selectReplies = prepared<{ conversationId: string }, { extra: string | null }[]>(
  'mailMasters.replies',
  (db) =>
    db
      .select({ extra: entries.extra })
      .from(entries)
      .where(and(eq(entries.conversationId, sql.placeholder('conversationId')), eq(entries.kind, 'reply')))
      .orderBy(desc(entries.position))
      .limit(WITHIN),
);

/** Inboxes of the mailbox that answered, and of the one that it named for answers. */
export interface AnswersWanted {
  readonly from: string;
  readonly to: string;
}

/**
 * Where the newest reply that named another mailbox of ours wanted its answers: as it was said in the mail, whatever is set by now.
 * Undefined where none did, or where the addresses are ours no more.
 */
export async function answersWanted(db: Handle, conversationId: string): Promise<AnswersWanted | undefined> {
  for (const { extra } of await selectReplies(db, { conversationId })) {
    const mail = extra === null ? undefined : ((JSON.parse(extra) as EntryExtra).mail as MailOut | undefined);
    if (mail?.replyTo === undefined) continue;
    const [sent, wanted] = [mail.from.address.toLowerCase(), mail.replyTo.address.toLowerCase()];
    const own = await ownAddresses(db, [sent, wanted]);
    const [from, to] = [own.get(sent), own.get(wanted)];
    return from === undefined || to === undefined ? undefined : { from, to };
  }
  return undefined;
}
