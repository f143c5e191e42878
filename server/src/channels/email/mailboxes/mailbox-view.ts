import type { Mailbox } from '@latchbox/shared/http/mailboxes';
import type { Handle } from '../../../database/database.ts';
import { accountStates } from '../../../database/sending-accounts.ts';
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
    sendingPaused: await pauseOf(db, id),
    masterId,
    ratePerMinute,
    createdAt,
  };
}

async function pauseOf(db: Handle, id: string): Promise<Mailbox['sendingPaused']> {
  const state = (await accountStates(db, [id])).get(id);
  if (state === undefined || state.pauses === 0) return null;
  const { failingSince, waitUntil: until, lastError } = state;
  return { since: failingSince ?? until, until, reason: lastError ?? '' };
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
