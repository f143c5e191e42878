/** The one door through which replies are stored (law 2). All its checks run in the transaction that stores the reply. */
import {
  type Entry,
  LatchboxError,
  type LockEndReason,
  type LockOn,
  movesThreadOn,
  refuse,
  type ReplyEntry,
  SEND_AFTER_END,
} from '@latchbox/shared';
import type { Holder } from '../../collaboration/holder.ts';
import type { StoredUnder } from '../../collaboration/waiting-line.ts';
import { authorize } from '../../database/authorize.ts';
import type { Database, Tx } from '../../database/database.ts';
import { clearDraft } from '../../database/draft-writes.ts';
import type { Wake } from '../../database/event-log.ts';
import { holdAndRead, type SendTarget } from '../../database/lock-targets.ts';
import { insertEpoch, epochRight, nextEpoch, openLock, type OpenLock } from '../../database/locks.ts';
import { insertRecipients } from '../../database/reply-recipients.ts';
import { insertReply, replyByClientId, type StoredReply } from '../../database/sends.ts';
import { entriesAfter, entryAt } from '../../database/threads.ts';
import { violates } from '../../database/unique-violation.ts';
import { newId } from '../../lib/ids.ts';
import type { Author, Job, SendDoor, SendInput, Stored } from '../api.ts';
import { type Appended, appendEntry } from '../entries/append-entry.ts';
import { type ComposedMail, recipientsOfMail } from './mail-envelope.ts';
import { enqueue, type Poke } from '../delivery/outbox.ts';
import { type AutomaticReply, type AutomaticTerms, type ReplyExtra, replyExtra } from './reply-extra.ts';
import { requestHash } from '../request-hash.ts';
import { assignToAuthor } from '../conversations/assign-to-author.ts';
import { changeStatus } from '../conversations/status.ts';
import { tellOf } from '../entries/tell-entry.ts';
import { requireTextable } from './texting.ts';
import { undoFor } from './undo-for.ts';
import { takeUploads } from '../writing/uploads.ts';

export interface SendDeps {
  readonly db: Database;
  readonly wake: Wake;
  readonly poke: Poke;
  readonly logEpoch: string;
  /** Ends a lock inside the transaction, with its event; its lease goes after the commit. */
  readonly endLock: (tx: Tx, lock: OpenLock, reason: LockEndReason) => Promise<boolean>;
  /** Tells those who wait or ask for the lock of a reply, in its transaction. */
  readonly afterReply?: (tx: Tx, reply: StoredUnder) => Promise<void>;
  /** How long (ms) replies wait to be taken back where nobody set it; default: not at all. */
  readonly undoFor?: number | undefined;
  /** A send is activity of its author. */
  readonly activity: (holder: Holder, conversationId: string) => void;
}

/** The right under which a reply is stored: a held lock, one that ended without its holder's will, or one minted for it. */
type Right =
  | { readonly state: 'held'; readonly epoch: number; readonly lockOn: LockOn }
  | { readonly state: 'late' | 'minted'; readonly epoch: number };

type Input = Omit<SendInput, 'lastSeen'> & {
  readonly lastSeen: number | undefined;
  readonly job?: Job | undefined;
};
type FindRight = (tx: Tx, target: SendTarget) => Promise<Right>;

/** How one reply is stored. */
interface Terms {
  readonly findRight: FindRight;
  /** What the client id was used for; default: this reply to this conversation. */
  readonly hash?: string;
  /** How it leaves as a mail, where that does not follow from the conversation. */
  readonly mail?: ComposedMail | undefined;
  /** Nobody wrote it, and nobody's membership is asked. */
  readonly automatic?: AutomaticTerms | undefined;
}

/** Makes the door. */
export function createSendDoor(deps: SendDeps): SendDoor {
  const store = (author: Author, input: Input, findRight: FindRight) =>
    storing(deps, (tx) => storeOnce(tx, deps, author, input, { findRight }));

  return {
    async send(holder, input) {
      const { undo = true } = input;
      const reply = { ...input, undo };
      const stored = await store(holder, reply, (tx, target) => rightOfFence(tx, holder, target, input));
      deps.activity(holder, input.conversationId);
      return stored;
    },
    sendOnce: (author, input) => store(author, input, (tx, target) => rightOfMoment(tx, author, target)),
  };
}

async function storing(
  deps: SendDeps,
  job: (tx: Tx) => Promise<Stored<ReplyEntry>>,
): Promise<Stored<ReplyEntry>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await deps.db.inTransaction(job);
    } catch (error) {
      // A twin of this send was faster (Postgres only: SQLite has one writer). Its answer is ours.
      // Or a message came in that began the conversation of the same two numbers.
      const lost = violates(error, 'replies_client_id') || violates(error, 'sms_threads_parties');
      if (attempt === 1 && lost) continue;
      throw error;
    }
  }
}

/** A message that is written first: what was asked for is more than a text in a conversation. */
export interface Composed {
  readonly clientId: string;
  readonly hash: string;
  /** Where it goes; asked when the client id is new, in the transaction that stores it. */
  find(tx: Tx): Promise<Omit<Input, 'clientId' | 'then'> & { readonly mail?: ComposedMail | undefined }>;
}

/** Stores a message that is written first, by the right of the moment. Throws as `sendOnce` does, and whatever `find` throws. */
export function storeComposed(
  deps: SendDeps,
  author: Author,
  composed: Composed,
): Promise<Stored<ReplyEntry>> {
  const { clientId, hash } = composed;
  return storing(deps, async (tx) => {
    const known = await replyByClientId(tx.db, author.agentId, clientId);
    if (known !== undefined) return await repeat(tx, deps, author, known, hash);
    const { mail, ...input } = await composed.find(tx);
    const findRight: FindRight = (_tx, target) => rightOfMoment(tx, author, target);
    return await storeOnce(tx, deps, author, { ...input, clientId, then: 'stay' }, { findRight, hash, mail });
  });
}

/**
 * Stores what nobody wrote, in the caller's transaction, by the right of the moment: throws `lock_held` while somebody holds the
 * conversation (L8). The caller has asked `automation`.
 */
export async function storeAutomatic(
  tx: Tx,
  deps: Pick<SendDeps, 'db' | 'wake' | 'poke' | 'logEpoch'>,
  { author, mark, mail, ...given }: AutomaticReply,
): Promise<void> {
  const input: Input = { ...given, lastSeen: undefined, then: 'stay' };
  const findRight: FindRight = (_tx, target) => rightOfMoment(tx, author, target);
  // It never runs under a lock that could end, and is nobody's activity.
  const door = { ...deps, endLock: () => Promise.resolve(false), activity: () => undefined };
  await storeOnce(tx, door, author, input, { findRight, automatic: { mark, mail } });
}

async function storeOnce(
  tx: Tx,
  deps: SendDeps,
  author: Author,
  input: Input,
  { findRight, mail, automatic, ...terms }: Terms,
): Promise<Stored<ReplyEntry>> {
  const uploads = input.attachments ?? [];
  const hash = terms.hash ?? hashOf(input, uploads);
  const known = await replyByClientId(tx.db, author.agentId, input.clientId);
  if (known !== undefined) return await repeat(tx, deps, author, known, hash);
  if (automatic === undefined) await authorize(tx, author.agentId, 'reply', input);
  const target = await holdAndRead(tx, input.conversationId);
  if (target === undefined) throw refuse('not_found');
  const right = await rightOrTwin(tx, author, input, target, findRight);
  if ('requestHash' in right) return await repeat(tx, deps, author, right, hash);

  const waits = input.undo === true ? await undoFor(tx.db, author.agentId, deps.undoFor ?? 0) : 0;
  const undoUntil = waits === 0 ? undefined : tx.now + waits;
  const { extra, ...appended } = await appendReply(tx, author, target, {
    ...input,
    mail,
    automatic,
    undoUntil,
  });
  if (input.job === undefined)
    await clearDraft(tx, { conversationId: input.conversationId, agentId: author.agentId, kind: 'reply' });
  const { conversationId } = input;
  const from = extra?.mail?.from.address;
  const { channel } = target;
  await enqueue(tx, { ...appended, conversationId, channel, from, sendAt: undoUntil }, deps.poke);
  const entry: ReplyEntry = {
    kind: 'reply',
    id: appended.id,
    conversationId: input.conversationId,
    position: appended.position,
    at: appended.at,
    author: { id: author.agentId, name: author.agentName },
    body: input.body,
    clientId: input.clientId,
    fence: right.epoch,
    lateSend: right.state === 'late',
    delivery: { state: 'queued' },
    ...extra,
  };
  const { stream, seq } = await tellOf(tx, deps, target.inboxId, entry);
  await insertReply(tx, {
    conversationId: input.conversationId,
    position: appended.position,
    agentId: author.agentId,
    lockEpoch: right.epoch,
    clientMessageId: input.clientId,
    requestHash: hash,
    lateSend: entry.lateSend,
    eventSeq: seq,
  });
  if (automatic === undefined) await assignToAuthor(tx, deps, author, target);
  await finish(tx, deps, author, { ...input, inboxId: target.inboxId }, right);
  await input.job?.(tx, appended);
  return { entry, asOf: { stream, logEpoch: deps.logEpoch, seq } };
}

/** Of what was asked for under a client id. A plain reply has the hash that it had before there were recipients. */
function hashOf(input: Input, uploads: readonly string[]): string {
  const { conversationId, body, recipients, from, forward } = input;
  const said = JSON.stringify({ recipients, from, forward });
  return requestHash(conversationId, 'reply', body, ...uploads, ...(said === '{}' ? [] : [said]));
}

type Written = Input & Pick<Terms, 'mail' | 'automatic'> & { readonly undoUntil: number | undefined };

/** Puts the reply into the thread, with its files. `undoUntil` (epoch ms): it waits to be taken back. */
async function appendReply(
  tx: Tx,
  author: Author,
  target: SendTarget,
  { mail, automatic, undoUntil, ...input }: Written,
): Promise<Appended & { readonly extra: ReplyExtra | undefined }> {
  const { conversationId, body, attachments: uploads = [] } = input;
  if (target.channel === 'sms') await requireTextable(tx, conversationId, { body, files: uploads.length });
  const extra = await replyExtra(tx, author, target, input, { undoUntil, composed: mail, automatic });
  const { agentId, agentName } = author;
  const draft = { kind: 'reply', agentId, authorName: agentName, body, extra } as const;
  const appended = await appendEntry(tx, conversationId, draft);
  if (uploads.length > 0) await takeUploads(tx, agentId, uploads, { ...appended, conversationId });
  if (extra?.mail !== undefined)
    await insertRecipients(tx, { ...appended, conversationId }, recipientsOfMail(extra.mail));
  return { ...appended, extra };
}

/** The right to store this reply, or the twin of it that was stored while this one waited for the row (Postgres only). */
async function rightOrTwin(
  tx: Tx,
  author: Author,
  input: Input,
  target: SendTarget,
  findRight: FindRight,
): Promise<Right | StoredReply> {
  try {
    const right = await findRight(tx, target);
    await requireCurrent(tx, author, target, input.lastSeen);
    return right;
  } catch (refusal) {
    const twin = await replyByClientId(tx.db, author.agentId, input.clientId);
    if (twin === undefined) throw refusal;
    return twin;
  }
}

/** What follows the reply: a compose-mode lock ends with it, an open-mode lock when the agent moves on. */
async function finish(
  tx: Tx,
  deps: SendDeps,
  author: Author,
  input: Input & { readonly inboxId: string },
  right: Right,
): Promise<void> {
  const ends = right.state === 'held' && (right.lockOn === 'compose' || input.then === 'archive');
  const lock = right.state === 'held' ? (ends ? 'ends' : 'stays') : 'none';
  const { conversationId, inboxId } = input;
  // Before the lock ends: what is offered by that end is not about this reply.
  await deps.afterReply?.(tx, { conversationId, inboxId, agentId: author.agentId, lock, epoch: right.epoch });
  if (ends) {
    const lock = await openLock(tx.db, input.conversationId);
    if (lock !== undefined) await deps.endLock(tx, lock, 'sent');
  }
  if (input.then === 'archive') {
    await changeStatus(tx, deps, author, { conversationId: input.conversationId, status: 'archived' });
  }
}

/** The same client id again: the stored reply is the answer, if it was used for the same text. */
async function repeat(
  tx: Tx,
  deps: SendDeps,
  author: Author,
  known: StoredReply,
  hash: string,
): Promise<Stored<ReplyEntry>> {
  if (known.requestHash !== hash) throw refuse('idempotency_mismatch');
  // Whoever lost access in the meantime does not read the thread through a repeated send.
  await authorize(tx, author.agentId, 'read', known);
  const entry = asReply(await entryAt(tx.db, known.conversationId, known.position));
  // As it was acknowledged the first time: all answers for one client id are equal, however far delivery has come.
  const asAcknowledged: ReplyEntry = { ...entry, delivery: { state: 'queued' } };
  return {
    entry: asAcknowledged,
    asOf: { stream: `inbox:${known.inboxId}`, logEpoch: deps.logEpoch, seq: known.eventSeq },
  };
}

function asReply(entry: Entry | undefined): ReplyEntry {
  if (entry?.kind !== 'reply') throw new Error('a stored reply has no entry');
  return entry;
}

/** With a fence: it must be this session's and the newest; an ended epoch still counts when it ended without its holder's will. */
async function rightOfFence(
  tx: Tx,
  holder: Holder,
  target: SendTarget,
  input: { readonly fence: number; readonly lastSeen: number },
): Promise<Right> {
  const given = await epochRight(tx.db, target.conversationId, input.fence);
  const mine =
    given !== undefined && given.agentId === holder.agentId && given.sessionId === holder.sessionId;
  const reason = given?.endReason as LockEndReason | null | undefined;
  if (!mine || input.fence !== target.lockEpoch) {
    throw await lockLost(tx, holder, target, input.lastSeen, mine ? (reason ?? 'overtaken') : 'overtaken');
  }
  const epoch = input.fence;
  if (reason === null || reason === undefined) return { state: 'held', epoch, lockOn: given.lockOn };
  switch (SEND_AFTER_END[reason]) {
    case 'late_send':
      return { state: 'late', epoch };
    case 'lock_required':
      throw refuse('lock_required');
    case 'lock_lost':
      throw await lockLost(tx, holder, target, input.lastSeen, reason);
  }
}

/** Without a held lock: the author's own open epoch, or one that is given and ended here, so that a former holder is fenced. */
async function rightOfMoment(tx: Tx, author: Author, target: SendTarget): Promise<Right> {
  const open = await openLock(tx.db, target.conversationId);
  if (open !== undefined) {
    if (open.agentId === author.agentId) return { state: 'held', epoch: open.epoch, lockOn: open.lockOn };
    throw new LatchboxError('lock_held', {
      holder: { id: open.agentId, name: open.agentName },
      since: open.grantedAt,
    });
  }
  const epoch = await nextEpoch(tx, target.conversationId);
  await insertEpoch(tx.db, {
    conversationId: target.conversationId,
    epoch,
    agentId: author.agentId,
    sessionId: null,
    connectionNo: 0,
    leaseToken: '',
    requestId: newId('req'),
    // It never stands open, so no rule of open mode is about it.
    lockOn: 'compose',
    grantedAt: tx.now,
    endedAt: tx.now,
    endReason: 'one_shot',
  });
  return { state: 'minted', epoch };
}

/** L7: nothing that the author has not seen may stand after `lastSeen`. */
async function requireCurrent(
  tx: Tx,
  author: Author,
  target: SendTarget,
  lastSeen: number | undefined,
): Promise<void> {
  if (lastSeen === undefined) return;
  if (lastSeen > target.newestPosition) {
    throw new LatchboxError('invalid', {
      issues: [{ path: 'lastSeen', message: 'is beyond the newest entry' }],
    });
  }
  const news = await newsAfter(tx, author.agentId, target, lastSeen);
  if (news.length > 0)
    throw new LatchboxError('thread_moved_on', { newest: target.newestPosition, entries: news });
}

async function lockLost(
  tx: Tx,
  author: Author,
  target: SendTarget,
  lastSeen: number,
  reason: LockEndReason | 'overtaken',
): Promise<LatchboxError> {
  const now = await openLock(tx.db, target.conversationId);
  const holder =
    now === undefined || now.agentId === author.agentId
      ? {}
      : { holder: { id: now.agentId, name: now.agentName } };
  return new LatchboxError('lock_lost', {
    reason,
    entries: await newsAfter(tx, author.agentId, target, lastSeen),
    ...holder,
  });
}

async function newsAfter(tx: Tx, agentId: string, target: SendTarget, lastSeen: number): Promise<Entry[]> {
  if (lastSeen >= target.newestPosition) return [];
  const entries = await entriesAfter(tx.db, target.conversationId, lastSeen);
  return entries.filter((entry) => movesThreadOn(entry, agentId));
}
