import { refuse, refuseBy } from '@latchbox/shared';
import type { Database, Handle, Tx } from '../../../database/database.ts';
import { agentById, agentForShare, type AgentRow } from '../../../database/directory/agents.ts';
import { inboxByRef } from '../../../database/directory/inboxes.ts';
import { holdMailbox, mailboxById, type StoredMailbox } from '../../../database/mailboxes.ts';
import type { Wake } from '../../../database/event-log.ts';
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
  readonly wake: Wake;
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
  if (agent?.state === 'active' && agent.role === 'admin') return undefined;
  const own = await memberInboxes(db, actor.agentId);
  return own.filter(({ capability }) => capability === 'manage').map(({ id }) => id);
}

/**
 * What is wanted of a mailbox of a personal inbox. `account`: what it is called and whether it is connected, which is an admin's business
 * too; `connection`: where it connects to and what came, which is its owner's alone.
 */
export type Wanted = 'account' | 'connection';

/** Throws `not_found` and `forbidden` as for its inbox, and `refused` for an admin who may not look into it. */
export async function managedMailbox(
  db: Handle,
  actor: Actor,
  id: string,
  wanted: Wanted = 'account',
): Promise<StoredMailbox> {
  const mailbox = await mailboxById(db, id);
  if (mailbox === undefined) throw refuse('not_found');
  const inbox = await inboxByRef(db, mailbox.inboxId);
  if (inbox?.kind !== 'personal') await managedInboxes(db, actor, mailbox.inboxId);
  else requireOwner(mailbox, actor, await agentById(db, actor.agentId), wanted);
  return mailbox;
}

/** As `managedMailbox`; neither it nor the actor's right changes before the commit. */
export async function holdManaged(
  tx: Tx,
  actor: Actor,
  id: string,
  wanted: Wanted = 'account',
): Promise<StoredMailbox> {
  const seen = await mailboxById(tx.db, id);
  if (seen === undefined) throw refuse('not_found');
  // The membership first, then the row: the order of all transactions.
  await holdRight(tx, actor, seen, wanted);
  const mailbox = await holdMailbox(tx, id);
  if (mailbox === undefined) throw refuse('not_found');
  // Moved meanwhile: then the right that counts is the one in its new inbox.
  if (mailbox.inboxId !== seen.inboxId) await holdRight(tx, actor, mailbox, wanted);
  return mailbox;
}

async function holdRight(tx: Tx, actor: Actor, mailbox: StoredMailbox, wanted: Wanted): Promise<void> {
  const inbox = await inboxByRef(tx.db, mailbox.inboxId);
  if (inbox?.kind !== 'personal') await managedInbox(tx, actor, mailbox.inboxId);
  else requireOwner(mailbox, actor, await agentForShare(tx, actor.agentId), wanted);
}

function requireOwner(
  { ownerId }: StoredMailbox,
  actor: Actor,
  agent: AgentRow | undefined,
  wanted: Wanted,
): void {
  if (agent?.state !== 'active') throw refuse('not_found');
  if (ownerId === actor.agentId) return;
  if (agent.role !== 'admin') throw refuse('not_found');
  if (wanted === 'connection') throw refuseBy('mailbox_owner_only');
}

/** Where it connects to, for the audit. */
export function placesOf({ incoming, outgoing }: Pick<StoredMailbox, 'incoming' | 'outgoing'>) {
  return {
    incoming: `${incoming.host}:${incoming.port}`,
    outgoing: outgoing === null ? null : `${outgoing.host}:${outgoing.port}`,
  };
}
