/** What people are told about mailboxes and personal inboxes: in the notification centre, and by mail. */
import type { Tx } from '../database/database.ts';
import type { RequestRow } from '../database/seats/requests.ts';
import { notify, notifyAdmins, postNotice } from '../notices/notify.ts';
import type { Wake } from '../database/event-log.ts';
import { agentById } from '../database/directory/agents.ts';

interface TellDeps {
  readonly wake: Wake;
}
interface Named {
  readonly id: string;
  readonly name: string;
}

export async function tellRequested(
  tx: Tx,
  deps: TellDeps,
  { id, address, note }: RequestRow,
  by: Named,
): Promise<void> {
  const said = note === '' ? '' : `\n\n${by.name} wrote: ${note}`;
  await notifyAdmins(tx, deps, {
    notification: { kind: 'mailbox_requested', requestId: id, address, by },
    mail: {
      subject: `${by.name} asks for the mailbox ${address}`,
      body: `Nothing says whose ${address} is, so an admin has to approve or decline it: Settings › Mailbox requests.${said}`,
    },
  });
}

export async function tellApproved(
  tx: Tx,
  deps: TellDeps,
  { id, ownerId, address }: RequestRow,
): Promise<void> {
  await notify(tx, deps, {
    agentId: ownerId,
    notification: { kind: 'mailbox_approved', requestId: id, address },
    mail: {
      subject: `You may connect ${address}`,
      body: `Your mailbox ${address} was approved. Connect it under Settings › Mailboxes.`,
    },
  });
}

export async function tellDeclined(
  tx: Tx,
  deps: TellDeps,
  { id, ownerId, address }: RequestRow,
  reason: string,
): Promise<void> {
  await notify(tx, deps, {
    agentId: ownerId,
    notification: { kind: 'mailbox_declined', requestId: id, address, reason },
    mail: { subject: `${address} was declined`, body: `The mailbox ${address} was declined: ${reason}` },
  });
}

/** A mailbox of somebody's own was removed by somebody else. */
export async function tellRemoved(tx: Tx, deps: TellDeps, ownerId: string, address: string): Promise<void> {
  await notify(tx, deps, {
    agentId: ownerId,
    notification: { kind: 'mailbox_removed_elsewhere', address },
    mail: {
      subject: `Your mailbox ${address} was removed`,
      body: `An admin removed your mailbox ${address}. What came and went by it stays in your inbox.`,
    },
  });
}

export async function tellRead(
  tx: Tx,
  deps: TellDeps,
  read: { readonly ownerId: string; readonly inbox: Named; readonly by: Named; readonly reason: string },
): Promise<void> {
  const { ownerId, inbox, by, reason } = read;
  await notify(tx, deps, {
    agentId: ownerId,
    notification: { kind: 'personal_read', inboxId: inbox.id, inbox: inbox.name, by, reason },
    mail: {
      subject: `${by.name} opened your personal inbox`,
      body: `${by.name} opened your personal inbox ${inbox.name} to read it, for an hour at most. The reason given: ${reason}`,
    },
  });
}

/** The code that shows who reads an address's mail. */
export async function postCode(tx: Tx, { ownerId, address }: RequestRow, code: string): Promise<void> {
  const owner = await agentById(tx.db, ownerId);
  await postNotice(tx, {
    agentId: ownerId,
    to: address,
    subject: `Code for the mailbox ${address}`,
    body: `${owner?.name ?? 'Somebody'} wants to use ${address} as a mailbox.\n\nIf that is you, enter this code under Settings › Mailboxes within a day:\n\n    ${code}\n\nIf not, do nothing: without the code nothing happens.`,
  });
}
