import { refuse } from '@latchbox/shared';
import type { Tx } from '../../database/database.ts';
import { claimInbound, contactFor, placeInbound, startConversation } from '../../database/inbound.ts';
import { newId } from '../../lib/ids.ts';
import type { Continues, InboundMessage, Received } from '../api.ts';
import { type Appended, appendEntry } from '../entries/append-entry.ts';
import type { MessagingDeps } from '../deps.ts';
import { moveConversation } from '../conversations/move-conversation.ts';
import type { Poke } from '../delivery/outbox.ts';
import { tellEntry } from '../entries/tell-entry.ts';
import type { AutomaticReply } from '../sending/reply-extra.ts';
import { storeAutomatic } from '../sending/send.ts';
import { type Arrived, automaticAnswer } from './out-of-office.ts';

export interface ReceiveDeps extends MessagingDeps {
  /** Told after an automatic answer was put into the outbox. */
  readonly poke: Poke;
}

/**
 * Files a customer's message: into the conversation that its channel found, which a new message reopens (T1), or into a new
 * one. Needs nobody's lock. The same message brought twice is stored once and answered alike.
 */
export function receive(deps: ReceiveDeps, message: InboundMessage): Promise<Received> {
  return deps.db.inTransaction((tx) => receiveOnce(tx, deps, message));
}

async function receiveOnce(tx: Tx, deps: ReceiveDeps, message: InboundMessage): Promise<Received> {
  const known = await claimInbound(tx, message);
  if (known !== 'claimed') {
    const received = { ...known, duplicate: true };
    await message.mark?.(tx, received);
    return received;
  }

  const contact = await contactFor(tx, {
    id: newId('ctc'),
    addressId: newId('adr'),
    channel: message.channel,
    address: message.from.address,
    name: message.from.name,
  });
  const found = await message.find?.(tx);
  if (found?.twin !== undefined) return await receivedBefore(tx, message, found.twin);
  const continued = found === undefined ? message.conversationId : found.conversationId;
  const conversationId = continued ?? newId('cnv');
  if (continued === null) {
    const { inboxId, channel, subject } = message;
    await startConversation(tx, { id: conversationId, inboxId, channel, contact, subject });
  }
  if (continued !== null) await moveFound(tx, deps, continued, found);
  const appended = await appendEntry(tx, conversationId, {
    kind: 'message',
    addressId: contact.addressId,
    authorName: contact.name,
    body: message.body,
    extra: found?.extra,
    automatic: message.automatic,
  });
  // A channel that names a conversation of another inbox is wrong or was deceived, unless it looked.
  const expected = found?.moveTo ?? found?.inboxId ?? message.inboxId;
  if (appended.inboxId !== expected) throw refuse('not_found');
  const place = { conversationId, position: appended.position };
  await placeInbound(tx, message, place);
  await message.keep?.(tx, { ...place, inboxId: appended.inboxId });
  const received = { ...place, duplicate: false };
  await message.mark?.(tx, received);
  // Decided before anything is told: what it locks comes before the stream's counter.
  const answer = await answerTo(tx, message, { ...appended, conversationId, contact }, found);
  await tellEntry(tx, deps, { ...appended, conversationId });
  if (answer !== undefined) await storeAutomatic(tx, deps, answer);
  return received;
}

/** What answers it by itself, if anything does: machines never are. */
async function answerTo(
  tx: Tx,
  message: InboundMessage,
  { id, ...at }: Appended & Pick<Arrived, 'conversationId' | 'contact'>,
  found: Continues | undefined,
): Promise<AutomaticReply | undefined> {
  const { automatic, channel, from } = message;
  if (automatic === true || found?.unanswerable === true) return undefined;
  return await automaticAnswer(tx, { ...at, entryId: id, channel, address: from.address });
}

/** A second copy, by another address of ours: known from now on in this inbox, too. */
async function receivedBefore(
  tx: Tx,
  message: InboundMessage,
  place: { readonly conversationId: string; readonly position: number },
): Promise<Received> {
  const received = { ...place, duplicate: true };
  await placeInbound(tx, message, place);
  await message.mark?.(tx, received);
  return received;
}

async function moveFound(
  tx: Tx,
  deps: MessagingDeps,
  conversationId: string,
  found: Continues | undefined,
): Promise<void> {
  if (found?.moveTo === undefined || found.inboxId === undefined) return;
  await moveConversation(tx, deps, conversationId, { from: found.inboxId, to: found.moveTo });
}
