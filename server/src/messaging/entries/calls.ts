/** Calls as entries of the conversation of their two numbers (W3). */
import type { CallFacts } from '@latchbox/shared';
import type { Tx } from '../../database/database.ts';
import { changeEntry } from '../../database/entries.ts';
import { appendEvent, type Wake } from '../../database/event-log.ts';
import { contactFor, startConversation } from '../../database/inbound.ts';
import { holdConversation } from '../../database/lock-targets.ts';
import { conversationRow } from '../../database/rows.ts';
import { insertSmsThread, smsConversation } from '../../database/texting/threads.ts';
import { entryAt } from '../../database/threads.ts';
import { newId } from '../../lib/ids.ts';
import { formatPhone, readPhone, textsOn } from '../../lib/phone.ts';
import { appendEntry } from './append-entry.ts';
import { tellEntry } from './tell-entry.ts';

export interface CallPlace {
  readonly conversationId: string;
  readonly position: number;
}

export interface NewCall {
  readonly inboxId: string;
  readonly numberId: string;
  /** The contact's number. */
  readonly address: string;
  /** What the contact is called, if it is new. */
  readonly name?: string | undefined;
  /** Who called, or took it. */
  readonly agent: { readonly id: string; readonly name: string } | null;
  readonly facts: CallFacts;
}

/** For whoever shows entries by their words alone. */
function wordsFor({ direction, state }: CallFacts): string {
  if (state.name === 'missed') return 'Missed call';
  if (state.name === 'failed') return 'Call that did not come about';
  return direction === 'in' ? 'Incoming call' : 'Outgoing call';
}

/** How a number is shown that was withheld. */
const nameOf = (address: string): string =>
  readPhone(address) === undefined ? 'Hidden number' : formatPhone(address);

/**
 * Puts a call into the one conversation of its two numbers, which begins with it where there is none. One that nobody took is news as a
 * message is: it reopens and makes unread. Of two that begin the same conversation at once the second violates `sms_threads_parties`,
 * and its caller begins anew. The caller tells of it last (`tellCall`).
 */
export async function appendCall(tx: Tx, call: NewCall): Promise<CallPlace & { readonly inboxId: string }> {
  const { inboxId, numberId, address, agent, facts } = call;
  const contact = await contactFor(tx, {
    id: newId('ctc'),
    addressId: newId('adr'),
    channel: 'sms',
    address,
    name: call.name ?? nameOf(address),
  });
  let conversationId = await smsConversation(tx.db, numberId, address);
  if (conversationId === undefined) {
    conversationId = newId('cnv');
    // What an agent begins is kept in Archived, as a text is (M6).
    const status = facts.direction === 'out' ? 'archived' : 'open';
    const subject = textsOn(facts.number);
    await startConversation(tx, { id: conversationId, inboxId, channel: 'sms', contact, subject, status });
    await insertSmsThread(tx, { conversationId, numberId, address });
  }
  const appended = await appendEntry(tx, conversationId, {
    kind: 'call',
    as: facts.direction === 'out' ? 'reply' : facts.state.name === 'missed' ? 'message' : 'machine',
    addressId: contact.addressId,
    agentId: agent?.id ?? null,
    authorName: facts.direction === 'out' && agent !== null ? agent.name : contact.name,
    body: wordsFor(facts),
    extra: { call: facts },
  });
  return { conversationId, position: appended.position, inboxId: appended.inboxId };
}

/** Tells of a call that was appended; last in its transaction. */
export async function tellCall(
  tx: Tx,
  deps: { readonly wake: Wake },
  place: CallPlace & { readonly inboxId: string },
): Promise<void> {
  await tellEntry(tx, deps, place);
}

/** Says how far a call is now, and tells everybody; last in its transaction. */
export async function changeCall(
  tx: Tx,
  deps: { readonly wake: Wake },
  place: CallPlace,
  { facts, agentId }: { readonly facts: CallFacts; readonly agentId: string | null },
): Promise<void> {
  await holdConversation(tx, place.conversationId);
  await changeEntry(tx, place, { extra: { call: facts }, agentId, body: wordsFor(facts) });
  await tellChange(tx, deps, place);
}

/** Puts what was said in a voicemail in the place of its message's words; last in its transaction. */
export async function changeWords(
  tx: Tx,
  deps: { readonly wake: Wake },
  place: CallPlace,
  body: string,
): Promise<void> {
  await holdConversation(tx, place.conversationId);
  await changeEntry(tx, place, { body });
  await tellChange(tx, deps, place);
}

async function tellChange(tx: Tx, { wake }: { readonly wake: Wake }, place: CallPlace): Promise<void> {
  const entry = await entryAt(tx.db, place.conversationId, place.position);
  if (entry === undefined) throw new Error('a call has no entry');
  const row = await conversationRow(tx.db, place.conversationId);
  await appendEvent(tx, `inbox:${row.inboxId}`, { type: 'entry.changed', entry, row }, wake);
}
