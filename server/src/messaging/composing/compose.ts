/** Writing first (M6): to whom, from which account, and which conversation that begins or continues. */
import { LatchboxError, refuse, type ReplyEntry, type UpInput, type UpResult } from '@latchbox/shared';
import type { AgentAccount } from '../../database/accounts.ts';
import { authorize } from '../../database/authorize.ts';
import {
  contactAt,
  conversationsWith,
  type ConversationWith,
  holdForComposing,
  type KnownContact,
  knownContact,
} from '../../database/composing.ts';
import type { Handle, Tx } from '../../database/database.ts';
import { type ContactAt, contactFor, startConversation } from '../../database/inbound.ts';
import { conversationRow, conversationRows } from '../../database/rows.ts';
import { insertSmsThread, smsConversation } from '../../database/texting/threads.ts';
import { newId } from '../../lib/ids.ts';
import { formatPhone, textsOn } from '../../lib/phone.ts';
import { accountById, type AccountDeps } from './accounts.ts';
import { addressOn } from './address.ts';
import type { Author, Stored } from '../api.ts';
import { requestHash } from '../request-hash.ts';
import { type SendDeps, storeComposed } from '../sending/send.ts';

export type ComposeInput = UpInput<'conversation.compose'>;
type To = ComposeInput['to'];

export interface ComposeDeps extends SendDeps, AccountDeps {}

/** Among so many of a contact's newest conversations the one is looked for that a message continues. */
const LOOKED_AT = 100;
/** Most conversations of colleagues that are named as a reason to ask first. */
const MOST_HELD = 10;

/**
 * Stores a message that an agent writes first, with its contact and its conversation, in one transaction. Throws `not_found`,
 * `forbidden`, `invalid`, `lock_held`, `thread_moved_on`, `idempotency_mismatch`, `too_large`, `not_connected`,
 * `opted_out`, `not_registered`.
 */
export function compose(deps: ComposeDeps, author: Author, input: ComposeInput): Promise<Stored<ReplyEntry>> {
  const { clientId, body, attachments, lastSeen } = input;
  return storeComposed(deps, author, {
    clientId,
    hash: hashOf(input),
    async find(tx) {
      const account = await accountById(tx.db, deps, author.agentId, input.account);
      await authorize(tx, author.agentId, 'reply', { inboxId: account.inboxId });
      const contact = await contactOf(tx, author, account, input.to);
      await holdForComposing(tx, contact.id);
      const subject = subjectOf(account, input.subject);
      const asked = { agentId: author.agentId, contactId: contact.id, limit: LOOKED_AT };
      const all = await conversationsWith(tx.db, asked);
      const continues = await continued(tx.db, account, { contact, subject }, all);
      const conversationId = continues ?? (await begin(tx, account, contact, subject));
      const mail =
        account.channel === 'email'
          ? // A mail that goes on is an answer under the conversation's own subject.
            { from: account.address, subject: continues === undefined ? subject : undefined }
          : undefined;
      return { conversationId, body, attachments, lastSeen, mail };
    },
  });
}

/** What a message would meet; nothing is stored. Throws `not_found`, `forbidden`, `invalid`. */
export function checkCompose(
  deps: ComposeDeps,
  author: Author,
  input: UpInput<'compose.check'>,
): Promise<UpResult<'compose.check'>> {
  const { agentId } = author;
  return deps.db.readTogether(async (db) => {
    const account = await accountById(db, deps, agentId, input.account);
    await authorize(db, agentId, 'reply', { inboxId: account.inboxId });
    const contact = await whom(db, author, account, input.to);
    if (contact === undefined) return { contact: null, continues: null, held: [] };
    const subject = subjectOf(account, input.subject);
    const all = await conversationsWith(db, { agentId, contactId: contact.id, limit: LOOKED_AT });
    const continues = await continued(db, account, { contact, subject }, all);
    const held = all.filter(
      (one) => one.id !== continues && one.holderId !== null && one.holderId !== agentId,
    );
    const { id, name, address } = contact;
    return {
      contact: { id, name, address },
      continues: continues === undefined ? null : await conversationRow(db, continues),
      held: await conversationRows(
        db,
        held.slice(0, MOST_HELD).map((one) => one.id),
      ),
    };
  });
}

/** An empty conversation in Archived; answers its id. */
async function begin(tx: Tx, account: AgentAccount, contact: Whom, subject: string): Promise<string> {
  const { inboxId, channel, numberId } = account;
  const id = newId('cnv');
  await startConversation(tx, { id, inboxId, channel, contact, subject, status: 'archived' });
  if (numberId !== undefined)
    await insertSmsThread(tx, { conversationId: id, numberId, address: contact.address });
  return id;
}

function hashOf({ account, to, subject = '', body, attachments = [] }: ComposeInput): string {
  const whom = 'contactId' in to ? ['contact', to.contactId] : ['address', to.address];
  return requestHash('compose', account, ...whom, subject, body, ...attachments);
}

/** A known contact of this channel; undefined for an address that nobody known has. Throws `not_found`, `invalid`. */
async function whom(
  db: Handle,
  { agentId }: Author,
  { channel, address: from }: AgentAccount,
  to: To,
): Promise<KnownContact | undefined> {
  if ('address' in to)
    return await contactAt(db, { agentId, channel, address: addressOn(channel, to.address, from) });
  const known = await knownContact(db, agentId, to.contactId);
  if (known.length === 0) throw refuse('not_found');
  const contact = known.find((one) => one.channel === channel);
  // The address of another channel would be of no use to this one.
  if (contact === undefined) throw invalid('to.contactId', 'cannot be reached from this account');
  return contact;
}

/** A contact, as far as a conversation with it is found. */
type Whom = ContactAt & Pick<KnownContact, 'address'>;

async function contactOf(tx: Tx, author: Author, account: AgentAccount, to: To): Promise<Whom> {
  const known = await whom(tx.db, author, account, to);
  const address = known?.address ?? addressIn(to, account);
  const shown = account.channel === 'sms' ? formatPhone(address) : address;
  const given = 'address' in to ? to.name?.trim() : undefined;
  const name = given || shown.slice(0, MAX_NAME);
  return {
    ...(await contactFor(tx, {
      id: newId('ctc'),
      addressId: newId('adr'),
      channel: account.channel,
      address,
      name,
    })),
    address,
  };
}

function addressIn(to: To, { channel, address: from }: AgentAccount): string {
  if (!('address' in to)) throw refuse('not_found');
  return addressOn(channel, to.address, from);
}

const MAX_NAME = 200;

/** Text messages have no subject: they are called by our number, and what is said about one is left out. */
function subjectOf({ channel, address }: AgentAccount, subject = ''): string {
  return channel === 'sms' ? textsOn(address) : subject.trim();
}

/** The id of the conversation that a message to this contact goes on with: of texts the one between the two numbers. */
async function continued(
  db: Handle,
  account: AgentAccount,
  { contact, subject }: { readonly contact: Whom; readonly subject: string },
  all: readonly ConversationWith[],
): Promise<string | undefined> {
  if (account.numberId !== undefined) return await smsConversation(db, account.numberId, contact.address);
  return all.find((one) => one.addressId === contact.addressId && isContinued(one, account, subject))?.id;
}

/** The newest one with the contact on this account. Mails with another subject are a conversation of their own. */
function isContinued(one: ConversationWith, { inboxId, channel }: AgentAccount, subject: string): boolean {
  if (one.inboxId !== inboxId) return false;
  return channel !== 'email' || plain(one.subject) === plain(subject);
}

function plain(subject: string): string {
  return subject.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

function invalid(path: string, message: string): LatchboxError {
  return new LatchboxError('invalid', { issues: [{ path, message }] });
}
