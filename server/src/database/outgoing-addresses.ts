/** Which addresses mail leaves from by what. */
import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Handle } from './database.ts';
import { inboxAddresses, mailboxes } from './schema/sqlite.ts';

export interface OutgoingAddresses {
  /** What leaves from these goes by the server's own relay; the oldest first. */
  readonly byRelay: readonly string[];
  /** By a mailbox's own server, and signed here all the same. */
  readonly signedHere: readonly string[];
  /** Mailboxes that send by servers of their own. */
  readonly ownServers: number;
}

export async function outgoingAddresses(db: Handle): Promise<OutgoingAddresses> {
  const rows = await db
    .select({ address: inboxAddresses.address, outgoing: mailboxes.outgoing })
    .from(inboxAddresses)
    .leftJoin(mailboxes, eq(mailboxes.id, inboxAddresses.mailboxId))
    .orderBy(asc(inboxAddresses.createdAt), asc(inboxAddresses.address));
  const own = await db
    .select({ id: mailboxes.id })
    .from(mailboxes)
    .where(and(isNull(mailboxes.endedAt), isNotNull(mailboxes.outgoing)));
  return {
    byRelay: rows.filter(({ outgoing }) => outgoing === null).map(({ address }) => address),
    signedHere: rows
      .filter(
        ({ outgoing }) => outgoing !== null && (JSON.parse(outgoing) as { sign?: boolean }).sign === true,
      )
      .map(({ address }) => address),
    ownServers: own.length,
  };
}
