/**
 * Named failpoints: places in the server's sources at which a test lets the process die or stand still. They are patched into
 * a copy of the sources; the product has none. `server-preload.ts` arms them.
 */

import type { Patch } from './source-copy.ts';

const ACQUIRE = 'server/src/collaboration/acquire.ts';
const FIRST_LEASE = 'server/src/collaboration/first-lease.ts';
const PASS = 'server/src/collaboration/pass-lock.ts';
const SEND = 'server/src/messaging/sending/send.ts';
const OUTBOX = 'server/src/messaging/delivery/outbox-worker.ts';
const DISPATCHER = 'server/src/realtime/dispatcher.ts';
const EVENT_LOG = 'server/src/database/event-log.ts';
const SQLITE = 'server/src/database/sqlite-writing.ts';
const POSTGRES = 'server/src/database/postgres.ts';
const END_LOCK = 'server/src/collaboration/end-lock.ts';
const ENVELOPE = 'server/src/messaging/sending/mail-envelope.ts';

const point = (name: string): string => `globalThis.failpoint?.('${name}');`;

function before(name: string, file: string, find: string): Patch {
  return { name, file, find, replace: `${point(name)} ${find}` };
}
function after(name: string, file: string, find: string): Patch {
  return { name, file, find, replace: `${find} ${point(name)}` };
}

/** Where an acquire can be cut off before it is answered, */
export const GRANT_POINTS = [
  'after-lease',
  'before-epoch-commit',
  'after-epoch-commit',
  'before-ack-lock.acquire',
] as const;
/** and right after, when its lease still has to be lengthened. */
export const ANSWERED_POINTS = ['before-extend', 'after-extend'] as const;
export const LOCK_POINTS = [...GRANT_POINTS, ...ANSWERED_POINTS] as const;
/** Where the passing on of a lock (a move, a hand-over, a take-over, an offer) can be cut off. */
export const MOVE_POINTS = [
  'before-move-commit',
  'after-move-commit',
  'after-move-extend',
  'before-ack-lock.move',
] as const;
/** Where a send can be cut off. */
export const REPLY_POINTS = [
  'before-reply-commit',
  'after-reply-commit',
  'before-wake',
  'before-ack-reply.send',
] as const;
/** Where a message on its way out can be cut off. */
export const OUTBOX_POINTS = [
  'outbox-after-claim',
  'outbox-before-write',
  'outbox-after-accepted',
  'outbox-before-mark',
] as const;
/** Between the end of a lock in the database and that of its lease. */
export const RELEASE_POINT = 'before-lease-release';

/** All of them, as patches of the sources. */
export const FAILPOINTS: readonly Patch[] = [
  after('after-lease', ACQUIRE, 'const lease = { token: answer.token, ttl, until };'),
  before('before-epoch-commit', ACQUIRE, 'return { fence: epoch, lock: row.lock };'),
  before('after-epoch-commit', ACQUIRE, 'await keep(deps, holder, target, granted.fence, lease);'),
  after('before-extend', FIRST_LEASE, 'await afterwards();'),
  after('after-extend', FIRST_LEASE, 'deps.owners.lengthened(conversationId, epoch);'),
  before('before-move-commit', PASS, 'return { fence: epoch, lock: row.lock, token, lockOn: how.lockOn };'),
  before('after-move-commit', PASS, "if (holder.kind === 'rest') await makeFull("),
  after('after-move-extend', PASS, 'await deps.owners.renewNow(target.conversationId, fence);'),
  after(
    'before-reply-commit',
    SEND,
    'await finish(tx, deps, author, { ...input, inboxId: target.inboxId }, right);',
  ),
  {
    name: 'after-reply-commit',
    file: SEND,
    find: 'return await deps.db.inTransaction(job);',
    replace: `const stored = await deps.db.inTransaction(job);
        ${point('after-reply-commit')} return stored;`,
  },
  {
    name: 'before-wake',
    file: EVENT_LOG,
    find: 'tx.afterCommit(() => wake(stream, event));',
    replace: `tx.afterCommit(() => { if (data.type === 'entry.added') ${point('before-wake')} wake(stream, event); });`,
  },
  {
    name: 'before-ack',
    file: DISPATCHER,
    find: 'const ack: Ack<unknown> = { ok: true, result };',
    replace:
      'globalThis.failpoint?.(`before-ack-${entry.name}`); const ack: Ack<unknown> = { ok: true, result };',
  },
  {
    name: 'outbox-after-claim',
    file: OUTBOX,
    find: 'for (const message of await this.#claim(free)) void this.#attempt(message);',
    replace: `const some = await this.#claim(free); if (some.length > 0) ${point('outbox-after-claim')}
      for (const message of some) void this.#attempt(message);`,
  },
  before('outbox-before-write', OUTBOX, 'const delivery = channel.deliver('),
  {
    name: 'outbox-after-accepted',
    file: OUTBOX,
    find: 'return await Promise.race([delivery, ranOut]);',
    replace: `const outcome = await Promise.race([delivery, ranOut]); ${point('outbox-after-accepted')} return outcome;`,
  },
  before('outbox-before-mark', OUTBOX, 'const { results, accounts } = await db.inTransaction('),
  {
    name: RELEASE_POINT,
    file: END_LOCK,
    find: 'void releaseLease(deps, {',
    replace: `${point(RELEASE_POINT)} void releaseLease(deps, {`,
  },
  // Not a point: a claim that a killed worker left behind runs out in a time that a test can wait for.
  { name: 'short claims', file: OUTBOX, find: 'claimFor: 60_000,', replace: 'claimFor: 1_500,' },
];

/** Right after a commit of any transaction: with `throw` nobody learns that it went through (N10). */
export const COMMIT_POINT = 'after-commit';

/** For the fault rig: also the point after every commit, mails to several, and retries in a time that a run can wait for. */
export const RIG_PATCHES: readonly Patch[] = [
  ...FAILPOINTS,
  after(COMMIT_POINT, SQLITE, 'await runNow(writer.commit);'),
  after(COMMIT_POINT, POSTGRES, "await writer.run('COMMIT');"),
  // Clients of the rig name no recipients: here every mail has three, so that the relay can refuse one of them (I17).
  {
    name: 'three recipients',
    file: ENVELOPE,
    find: '? { to: [to] }',
    replace:
      "? { to: [to, ...['copy', 'third'].map((name) => ({ name: '', address: `${name}.${to.address}` }))] }",
  },
  { name: 'short retries', file: OUTBOX, find: 'longest: 300_000,', replace: 'longest: 3_000,' },
  { name: 'short pauses', file: OUTBOX, find: 'longest: 300_000 }', replace: 'longest: 3_000 }' },
];
