import type { Mailbox } from '@latchbox/shared/http/mailboxes';
import type { Handle } from '../../../database/database.ts';
import { addressesOfMailbox, type StoredMailbox } from '../../../database/mailboxes.ts';
import type { Seal } from '../../../lib/seal.ts';
import { openSecrets } from './secrets.ts';

/** A mailbox as managers see it: nothing of its secrets, but which application its grant is for. */
export async function viewOf(db: Handle, seal: Seal, mailbox: StoredMailbox): Promise<Mailbox> {
  const { id, inboxId, ownerId, address, name, incoming, outgoing } = mailbox;
  const { state, masterId, ratePerMinute, createdAt } = mailbox;
  const own = await addressesOfMailbox(db, id);
  return {
    id,
    inboxId,
    ownerId,
    address,
    name,
    incoming,
    outgoing,
    aliases: own.map((one) => one.address).filter((one) => one !== address),
    oauth2: grantOf(seal, mailbox),
    state,
    masterId,
    ratePerMinute,
    createdAt,
  };
}

function grantOf(seal: Seal, { id, secrets }: StoredMailbox): Mailbox['oauth2'] {
  try {
    const { oauth2 } = openSecrets(seal, id, secrets);
    if (oauth2 === undefined) return null;
    const { tokenUrl, clientId, scope } = oauth2;
    return { tokenUrl, clientId, scope };
  } catch {
    // It cannot be opened any more; its state says so as soon as it is used.
    return null;
  }
}
