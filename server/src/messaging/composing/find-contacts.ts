import type { ChannelName, ConversationStatus, UpInput, UpResult } from '@latchbox/shared';
import { contactsByAddress, type KnownContact, newestContacts } from '../../database/composing.ts';
import type { Handle } from '../../database/database.ts';
import { inboxScope } from '../../database/inbox-scope.ts';
import type { MessagingDeps } from '../deps.ts';

const CHANNELS: readonly ChannelName[] = ['email', 'sms', 'simulator'];
const STATUSES: readonly ConversationStatus[] = ['open', 'archived', 'snoozed'];
/** Conversations that are looked at for a name, over all inboxes: the answer costs the same however many there are. */
const LOOKED_AT = 2_000;
const LEAST = 20;

/**
 * Contacts to suggest while somebody writes an address: by the beginning of the address all that the agent knows, by the
 * beginning of a word in the name those of the newest conversations.
 */
export function findContacts(
  deps: MessagingDeps,
  agentId: string,
  input: UpInput<'contact.find'>,
): Promise<UpResult<'contact.find'>> {
  return deps.db.readTogether(async (db) => {
    const text = input.text.trim().toLowerCase();
    const found = new Map<string, KnownContact>();
    for (const one of await byName(db, agentId, input, text)) found.set(one.addressId, one);
    for (const one of await byAddress(db, agentId, input, text)) found.set(one.addressId, one);
    const contacts = [...found.values()].slice(0, input.limit);
    return {
      contacts: contacts.map(({ id, name, address, channel }) => ({
        contact: { id, name, address },
        channel,
      })),
    };
  });
}

async function byAddress(
  db: Handle,
  agentId: string,
  { channel, limit }: UpInput<'contact.find'>,
  start: string,
): Promise<KnownContact[]> {
  if (start === '') return [];
  const found: KnownContact[] = [];
  for (const one of channel === undefined ? CHANNELS : [channel]) {
    found.push(...(await contactsByAddress(db, { agentId, channel: one, start, limit })));
  }
  return found;
}

async function byName(
  db: Handle,
  agentId: string,
  { channel, limit }: UpInput<'contact.find'>,
  text: string,
): Promise<KnownContact[]> {
  const inboxIds = await inboxScope(db, agentId);
  const each = Math.max(LEAST, Math.floor(LOOKED_AT / (inboxIds.length * STATUSES.length || 1)));
  const all: (KnownContact & { readonly lastAt: number })[] = [];
  for (const inboxId of inboxIds) {
    for (const status of STATUSES) all.push(...(await newestContacts(db, { inboxId, status, limit: each })));
  }
  const seen = new Set<string>();
  const found: KnownContact[] = [];
  for (const { lastAt: _lastAt, ...contact } of all.toSorted((a, b) => b.lastAt - a.lastAt)) {
    if (found.length >= limit) break;
    if (seen.has(contact.addressId) || (channel !== undefined && contact.channel !== channel)) continue;
    seen.add(contact.addressId);
    if (begins(contact, text)) found.push(contact);
  }
  return found;
}

function begins({ name, address }: KnownContact, text: string): boolean {
  return (
    address.startsWith(text) ||
    `${name.toLowerCase()}`.startsWith(text) ||
    name
      .toLowerCase()
      .split(/[\s,.'’-]+/)
      .some((word) => word.startsWith(text))
  );
}
