import type { ChannelName } from '@latchbox/shared';
import type { Tx } from '../../database/database.ts';
import { insertOutbox } from '../../database/outbox.ts';
import { accountOfAddress } from '../../database/sending-accounts.ts';
import { newId } from '../../lib/ids.ts';
import type { Appended } from '../entries/append-entry.ts';

/** Tells the outbox worker (of this process or another) that something is due. May be lost: the worker also looks by itself. */
export type Poke = () => void;

/**
 * Puts a stored reply into the outbox, within the transaction that stores it: reply, event and outbox row exist together or
 * not at all. The provider knows the message by the entry's id, the same at every attempt. `sendAt` (epoch ms) leaves later;
 * absent: at once. `from`: the address that a mail leaves from, by which its account is counted.
 */
export async function enqueue(
  tx: Tx,
  reply: Appended & {
    readonly conversationId: string;
    readonly channel: ChannelName;
    readonly sendAt?: number | undefined;
    readonly from?: string | undefined;
  },
  poke: Poke,
): Promise<void> {
  await insertOutbox(tx, {
    id: newId('out'),
    inboxId: reply.inboxId,
    conversationId: reply.conversationId,
    position: reply.position,
    channel: reply.channel,
    messageKey: reply.id,
    dueAt: reply.sendAt ?? tx.now,
    account: reply.from === undefined ? null : await accountOfAddress(tx.db, reply.from),
  });
  tx.afterCommit(poke);
}
