import { refuse } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { claimInbound, contactFor, placeInbound, startConversation } from '../database/inbound.ts';
import { newId } from '../lib/ids.ts';
import type { InboundMessage, Received } from './api.ts';
import { appendEntry } from './append-entry.ts';
import type { MessagingDeps } from './deps.ts';
import { tellEntry } from './tell-entry.ts';

/**
 * Files a customer's message: into the conversation that its channel found, which a new message reopens (T1), or into a new
 * one. Needs nobody's lock. The same message brought twice is stored once and answered alike.
 */
export function receive(deps: MessagingDeps, message: InboundMessage): Promise<Received> {
  return deps.db.inTransaction((tx) => receiveOnce(tx, deps, message));
}

async function receiveOnce(tx: Tx, deps: MessagingDeps, message: InboundMessage): Promise<Received> {
  const known = await claimInbound(tx, message);
  if (known !== 'claimed') {
    const received = { ...known, duplicate: true };
    await message.mark?.(tx, received);
    return received;
  }

  const contact = await contactFor(tx, {
    id: newId('ctc'),
    channel: message.channel,
    address: message.from.address,
    name: message.from.name,
  });
  const found = await message.find?.(tx);
  const continued = found === undefined ? message.conversationId : found.conversationId;
  const conversationId = continued ?? newId('cnv');
  if (continued === null) {
    const { inboxId, channel, subject } = message;
    await startConversation(tx, { id: conversationId, inboxId, channel, contact, subject });
  }
  const appended = await appendEntry(tx, conversationId, {
    kind: 'message',
    contactId: contact.id,
    authorName: contact.name,
    body: message.body,
    extra: found?.extra,
    automatic: message.automatic,
  });
  // A channel that names a conversation of another inbox is wrong or was deceived, unless it looked.
  if (appended.inboxId !== (found?.inboxId ?? message.inboxId)) throw refuse('not_found');
  const place = { conversationId, position: appended.position };
  await placeInbound(tx, message, place);
  await message.keep?.(tx, { ...place, inboxId: appended.inboxId });
  const received = { ...place, duplicate: false };
  await message.mark?.(tx, received);
  await tellEntry(tx, deps, { ...appended, conversationId });
  return received;
}
