import { refuseBy } from '@latchbox/shared';
import type { Tx } from '../../../database/database.ts';
import { giveAddress, insertMailbox } from '../../../database/mailboxes.ts';
import type { Actor } from '../../../directory/api.ts';
import type { NewMailboxInput } from './api.ts';
import type { CheckDeps } from './check.ts';
import { sealSecrets } from './secrets.ts';
import { checkSettings } from './settings.ts';

/** Mails a minute where nothing else is said. */
const USUAL_RATE = 30;

interface Made {
  readonly id: string;
  readonly inboxId: string;
  readonly ownerId: string | null;
  readonly address: string;
  readonly input: Omit<NewMailboxInput, 'inbox' | 'address' | 'ownerId'>;
}

/** Stores a new mailbox with its addresses and its sealed secrets. Who may have it has been decided by the caller. */
export async function insertNew(
  tx: Tx,
  deps: Pick<CheckDeps, 'grants' | 'seal' | 'allowedHosts'>,
  actor: Actor,
  { id, inboxId, ownerId, address, input }: Made,
): Promise<void> {
  const { name = '', aliases = [], incoming, outgoing } = input;
  const { password, outgoingPassword, ratePerMinute = USUAL_RATE } = input;
  const oauth2 = input.oauth2 && deps.grants.newest(input.oauth2);
  const secrets = { password, outgoingPassword, oauth2 };
  checkSettings(input, secrets, deps.allowedHosts);
  await insertMailbox(tx, {
    id,
    inboxId,
    ownerId,
    address,
    name,
    incoming,
    outgoing,
    ratePerMinute,
    secrets: sealSecrets(deps.seal, id, secrets),
    createdBy: actor.agentId,
  });
  for (const one of [address, ...aliases]) {
    if (!(await giveAddress(tx, { address: one, name, inboxId, mailboxId: id })))
      throw refuseBy('mailbox_in_use');
  }
}
