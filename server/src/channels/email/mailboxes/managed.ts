import { LatchboxError, refuse } from '@latchbox/shared';
import type { Database, Handle, Tx } from '../../../database/database.ts';
import { agentById } from '../../../database/directory/agents.ts';
import { holdMailbox, mailboxById, type StoredMailbox } from '../../../database/mailboxes.ts';
import type { Act } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { managedInbox, memberInboxes, visibleInbox } from '../../../directory/inbox-access.ts';
import type { Log } from '../../../lib/log.ts';
import type { Seal } from '../../../lib/seal.ts';

export interface MailboxesDeps {
  readonly db: Database;
  readonly log: Log;
  readonly seal: Seal;
  /** Hosts that may be private, or be spoken to without TLS. */
  readonly allowedHosts: readonly string[];
  /** Tells all servers that a mailbox was changed. */
  readonly changed: (mailboxId: string) => void;
}

/** What is done to a mailbox, for the audit. */
export const actOn = (action: string, mailboxId: string): Act => ({
  action,
  objectType: 'mailbox',
  objectId: mailboxId,
});

/** Ids of the inboxes that the actor manages; undefined: all, for an admin. */
export async function managedInboxes(
  db: Handle,
  actor: Actor,
  ref: string | undefined,
): Promise<readonly string[] | undefined> {
  if (ref !== undefined) {
    const visible = await visibleInbox(db, actor, ref);
    if (!visible.admin && visible.capability !== 'manage') throw refuse('forbidden');
    return [visible.inbox.id];
  }
  const agent = await agentById(db, actor.agentId);
  if (agent?.active === true && agent.role === 'admin') return undefined;
  const own = await memberInboxes(db, actor.agentId);
  return own.filter(({ capability }) => capability === 'manage').map(({ id }) => id);
}

/** Throws `not_found` and `forbidden` as for its inbox. */
export async function managedMailbox(db: Handle, actor: Actor, id: string): Promise<StoredMailbox> {
  const mailbox = await mailboxById(db, id);
  if (mailbox === undefined) throw refuse('not_found');
  await managedInboxes(db, actor, mailbox.inboxId);
  return mailbox;
}

/** As `managedMailbox`; neither it nor the actor's right changes before the commit. */
export async function holdManaged(tx: Tx, actor: Actor, id: string): Promise<StoredMailbox> {
  const seen = await mailboxById(tx.db, id);
  if (seen === undefined) throw refuse('not_found');
  // The membership first, then the row: the order of all transactions.
  await managedInbox(tx, actor, seen.inboxId);
  const mailbox = await holdMailbox(tx, id);
  if (mailbox === undefined) throw refuse('not_found');
  // Moved meanwhile: then the right that counts is the one in its new inbox.
  if (mailbox.inboxId !== seen.inboxId) await managedInbox(tx, actor, mailbox.inboxId);
  return mailbox;
}

/** An address is one mailbox's: whose, only those may know who administer it. */
export function connectedElsewhere(): LatchboxError {
  return new LatchboxError('conflict', {}, { message: 'This address is connected already.' });
}

/** Where it connects to, for the audit. */
export function placesOf({ incoming, outgoing }: Pick<StoredMailbox, 'incoming' | 'outgoing'>) {
  return {
    incoming: `${incoming.host}:${incoming.port}`,
    outgoing: outgoing === null ? null : `${outgoing.host}:${outgoing.port}`,
  };
}
