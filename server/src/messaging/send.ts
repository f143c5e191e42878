/** The one door through which replies are stored (law 2). All its checks run in the transaction that stores the reply. */
import {
  type Entry,
  LatchboxError,
  type LockEndReason,
  movesThreadOn,
  refuse,
  type ReplyEntry,
  SEND_AFTER_END,
} from '@latchbox/shared';
import type { Holder } from '../collaboration/holder.ts';
import { authorize } from '../database/authorize.ts';
import type { Database, Tx } from '../database/database.ts';
import { clearDraft } from '../database/draft-writes.ts';
import type { Wake } from '../database/event-log.ts';
import {
  insertEpoch,
  lockAt,
  lockConversation,
  type LockTarget,
  nextEpoch,
  openLock,
  type OpenLock,
} from '../database/locks.ts';
import { insertReply, replyByClientId, setEventSeq, type StoredReply } from '../database/sends.ts';
import { entriesAfter, entryAt } from '../database/threads.ts';
import { violates } from '../database/unique-violation.ts';
import { newId } from '../lib/ids.ts';
import type { Author, SendDoor, SendInput, Stored } from './api.ts';
import { appendEntry } from './append-entry.ts';
import { enqueue, type Poke } from './outbox.ts';
import { requestHash } from './request-hash.ts';
import { changeStatus } from './status.ts';
import { tellEntry } from './tell-entry.ts';

export interface SendDeps {
  readonly db: Database;
  readonly wake: Wake;
  readonly poke: Poke;
  readonly logEpoch: string;
  /** Ends a lock inside the transaction, with its event; its lease goes after the commit. */
  readonly endLock: (tx: Tx, lock: OpenLock, reason: LockEndReason) => Promise<boolean>;
  /** A send is activity of its author. */
  readonly activity: (holder: Holder, conversationId: string) => void;
}

/** The right under which a reply is stored. */
interface Right {
  readonly epoch: number;
  readonly late: boolean;
  /** The open lock that goes on or ends with the send; undefined when the epoch has ended already. */
  readonly lock: OpenLock | undefined;
}

type Input = Omit<SendInput, 'lastSeen'> & { readonly lastSeen: number | undefined };
type FindRight = (tx: Tx, target: LockTarget) => Promise<Right>;

/** Makes the door. */
export function createSendDoor(deps: SendDeps): SendDoor {
  async function store(author: Author, input: Input, findRight: FindRight): Promise<Stored<ReplyEntry>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await deps.db.inTransaction((tx) => storeOnce(tx, deps, author, input, findRight));
      } catch (error) {
        // A twin of this send was faster (Postgres only: SQLite has one writer). Its answer is ours.
        if (attempt === 1 && violates(error, 'replies_client_id')) continue;
        throw error;
      }
    }
  }

  return {
    async send(holder, input) {
      const stored = await store(holder, input, (tx, target) => rightOfFence(tx, holder, target, input));
      deps.activity(holder, input.conversationId);
      return stored;
    },
    sendOnce: (author, input) => store(author, input, (tx, target) => rightOfMoment(tx, author, target)),
  };
}

async function storeOnce(
  tx: Tx,
  deps: SendDeps,
  author: Author,
  input: Input,
  findRight: FindRight,
): Promise<Stored<ReplyEntry>> {
  const hash = requestHash(input.conversationId, 'reply', input.body);
  const known = await replyByClientId(tx.db, author.agentId, input.clientId);
  if (known !== undefined) return await repeat(tx, deps, author, known, hash);
  await authorize(tx, author.agentId, 'reply', input);
  const target = await lockConversation(tx, input.conversationId);
  if (target === undefined) throw refuse('not_found');
  const right = await findRight(tx, target);
  if (input.lastSeen !== undefined) await requireCurrent(tx, author, target, input.lastSeen);

  const appended = await appendEntry(tx, input.conversationId, {
    kind: 'reply',
    agentId: author.agentId,
    authorName: author.agentName,
    body: input.body,
  });
  await insertReply(tx, {
    conversationId: input.conversationId,
    position: appended.position,
    agentId: author.agentId,
    lockEpoch: right.epoch,
    clientMessageId: input.clientId,
    requestHash: hash,
    lateSend: right.late,
  });
  await clearDraft(tx, { conversationId: input.conversationId, agentId: author.agentId, kind: 'reply' });
  const place = {
    inboxId: target.inboxId,
    conversationId: input.conversationId,
    position: appended.position,
  };
  await enqueue(
    tx,
    { ...appended, conversationId: input.conversationId, channel: target.channel },
    deps.poke,
  );
  const { entry, stream, seq } = await tellEntry(tx, deps, place);
  await setEventSeq(tx, place, seq);
  await finish(tx, deps, author, input, right);
  return { entry: asReply(entry), asOf: { stream, logEpoch: deps.logEpoch, seq } };
}

/** What follows the reply: a compose-mode lock ends with it, an open-mode lock when the agent moves on. */
async function finish(tx: Tx, deps: SendDeps, author: Author, input: Input, right: Right): Promise<void> {
  const ends = right.lock !== undefined && (right.lock.lockOn === 'compose' || input.then === 'archive');
  if (ends && right.lock !== undefined) await deps.endLock(tx, right.lock, 'sent');
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
  target: LockTarget,
  input: { readonly fence: number; readonly lastSeen: number },
): Promise<Right> {
  const lock = await lockAt(tx.db, target.conversationId, input.fence);
  const mine = lock !== undefined && lock.agentId === holder.agentId && lock.sessionId === holder.sessionId;
  const ended = lock?.endReason as LockEndReason | null | undefined;
  if (!mine || input.fence !== target.lockEpoch) {
    throw await lockLost(tx, holder, target, input.lastSeen, mine ? (ended ?? 'overtaken') : 'overtaken');
  }
  if (lock.endedAt === null) return { epoch: lock.epoch, late: false, lock };
  const reason = ended ?? 'expired';
  switch (SEND_AFTER_END[reason]) {
    case 'late_send':
      return { epoch: lock.epoch, late: true, lock: undefined };
    case 'lock_required':
      throw refuse('lock_required');
    case 'lock_lost':
      throw await lockLost(tx, holder, target, input.lastSeen, reason);
  }
}

/** Without a held lock: the author's own open epoch, or one that is given and ended here, so that a former holder is fenced. */
async function rightOfMoment(tx: Tx, author: Author, target: LockTarget): Promise<Right> {
  const open = await openLock(tx.db, target.conversationId);
  if (open !== undefined) {
    if (open.agentId === author.agentId) return { epoch: open.epoch, late: false, lock: open };
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
    lockOn: target.lockOn,
    grantedAt: tx.now,
    endedAt: tx.now,
    endReason: 'one_shot',
  });
  return { epoch, late: false, lock: undefined };
}

/** L7: nothing that the author has not seen may stand after `lastSeen`. */
async function requireCurrent(tx: Tx, author: Author, target: LockTarget, lastSeen: number): Promise<void> {
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
  target: LockTarget,
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

async function newsAfter(tx: Tx, agentId: string, target: LockTarget, lastSeen: number): Promise<Entry[]> {
  if (lastSeen >= target.newestPosition) return [];
  const entries = await entriesAfter(tx.db, target.conversationId, lastSeen);
  return entries.filter((entry) => movesThreadOn(entry, agentId));
}
