/** Answers that go out while nobody is there (M9): decided and stored in the transaction that stores the customer's message. */
import { type ChannelName, LatchboxError, type MailOut } from '@latchbox/shared';
import { MAX_SMS_LENGTH } from '@latchbox/shared/sms-segments';
import type { Tx } from '../../database/database.ts';
import {
  answeredAt,
  type Answering,
  answeringFor,
  AUTOMATIC_AGENT,
  noteAnswered,
  ownerOfAddress,
  subjectAndInbox,
} from '../../database/hours.ts';
import { openLock } from '../../database/locks.ts';
import { envelopeOf, type InboxAddress } from '../../database/mail-addresses.ts';
import { masterOf } from '../../database/mail-masters.ts';
import { type Absence, absenceAt, backAt } from '../../hours/absence.ts';
import { readHours, type Settings } from '../../hours/stored.ts';
import { worded, type Worded } from '../../hours/words.ts';
import { mayAnswerAutomatically } from './automation.ts';
import type { AutomaticReply } from '../sending/reply-extra.ts';
import { requireTextable } from '../sending/texting.ts';

/** A person's message that was just appended, its conversation's row locked. */
export interface Arrived {
  readonly inboxId: string;
  readonly conversationId: string;
  /** The id of its entry. */
  readonly entryId: string;
  readonly channel: ChannelName;
  readonly contact: { readonly id: string; readonly name: string };
  readonly address: string;
}

/** Who is away. */
interface Away {
  readonly of: Answering;
  readonly settings: Settings;
  readonly absence: Absence;
}

/**
 * What answers a message by itself; undefined: nothing does. Who is away is asked in this order: whose own mailbox it came to, to whom the
 * conversation is assigned, the inbox. Each contact is answered once in an absence, and all of them within the manners of `automation`,
 * which are asked last because a "yes" is used up. Nobody is answered while a colleague holds the conversation: somebody is there.
 */
export async function automaticAnswer(tx: Tx, arrived: Arrived): Promise<AutomaticReply | undefined> {
  const candidates = await answeringFor(tx.db, arrived);
  if (candidates.length === 0) return undefined;
  const isMail = arrived.channel === 'email';
  const from = isMail ? (await envelopeOf(tx.db, arrived.conversationId, arrived.inboxId)).from : undefined;
  const away = await whoIsAway(tx, candidates, from);
  if (away === undefined) return undefined;
  const { of, absence } = away;
  const before = await answeredAt(tx.db, of, arrived.contact.id);
  if (before !== undefined && before >= absence.since) return undefined;
  if ((await openLock(tx.db, arrived.conversationId)) !== undefined) return undefined;
  const words = await wordsOf(tx, arrived, away);
  // There is no address that it could leave from.
  if (isMail && from === undefined) return undefined;
  const mail = from === undefined ? undefined : await mailOf(tx, arrived, words, { ...from, of });
  const body = arrived.channel === 'sms' ? words.sms.slice(0, MAX_SMS_LENGTH).toWellFormed() : words.body;
  if (body === '' || !(await canLeave(tx, arrived, body))) return undefined;
  const { inboxId, address } = arrived;
  if ((await mayAnswerAutomatically(tx, { inboxId, address, automatic: false })) !== 'yes') return undefined;
  if (!(await noteAnswered(tx, of, arrived.contact.id, absence.since))) return undefined;
  const agent = of.agentName === null ? {} : { agent: { id: of.ownerId, name: of.agentName } };
  return {
    author: { agentId: AUTOMATIC_AGENT.id, agentName: AUTOMATIC_AGENT.name },
    conversationId: arrived.conversationId,
    // One message has one automatic answer, whatever becomes of this transaction.
    clientId: `auto-${arrived.entryId}`,
    body,
    mark: { reason: 'out_of_office', ...agent },
    mail,
  };
}

async function whoIsAway(
  tx: Tx,
  candidates: readonly Answering[],
  from: InboxAddress | undefined,
): Promise<Away | undefined> {
  const agents = candidates.filter(({ kind }) => kind === 'agent');
  const owner = from === undefined || agents.length === 0 ? null : await ownerOfAddress(tx.db, from.address);
  const inOrder = [
    ...agents.filter(({ ownerId }) => ownerId === owner),
    ...agents.filter(({ ownerId, assigned }) => assigned === 1 && ownerId !== owner),
    ...candidates.filter(({ kind }) => kind === 'inbox'),
  ];
  for (const of of inOrder) {
    const settings = readHours(of);
    const absence = absenceAt(settings, tx.now);
    if (absence !== undefined) return { of, settings, absence };
  }
  return undefined;
}

async function wordsOf(
  tx: Tx,
  { conversationId, contact }: Arrived,
  { of, settings, absence }: Away,
): Promise<Worded> {
  const { subject, inboxName } = await subjectAndInbox(tx.db, conversationId);
  return worded(settings.text, {
    contact: contact.name,
    inbox: inboxName,
    agent: of.agentName ?? '',
    subject,
    back: backAt(settings, absence),
    timeZone: settings.hours?.timeZone ?? 'UTC',
  });
}

const MAX_SUBJECT = 500;
const MAX_NAME = 200;

/** To who wrote, whoever the conversation's contact is, from the address that was written to. */
async function mailOf(
  tx: Tx,
  { contact, address }: Arrived,
  { subject }: Worded,
  { of, ...from }: InboxAddress & { readonly of: Answering },
): Promise<MailOut> {
  const replyTo = await masterOf(tx.db, from.address);
  const name = of.agentName === null ? from.name : `${of.agentName} (${from.name})`;
  return {
    from: { name: name.slice(0, MAX_NAME).toWellFormed(), address: from.address },
    ...(replyTo === undefined ? {} : { replyTo }),
    to: [{ name: contact.name, address }],
    subject: (subject === '' ? AUTOMATIC_AGENT.name : subject).slice(0, MAX_SUBJECT).toWellFormed(),
  };
}

/** Whether a text may go to somebody at all: not after STOP, not from a number that is not registered. */
async function canLeave(tx: Tx, { channel, conversationId }: Arrived, body: string): Promise<boolean> {
  if (channel !== 'sms') return true;
  try {
    await requireTextable(tx, conversationId, { body, files: 0 });
    return true;
  } catch (error) {
    if (LatchboxError.is(error)) return false;
    throw error;
  }
}
