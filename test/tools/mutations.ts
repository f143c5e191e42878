/** The mutations: what each takes away, which test must notice, and what it must say. */

import type { Mutation } from './mutation.ts';
import { MORE_MUTATIONS } from './mutations-more.ts';
import type { Patch } from './source-copy.ts';

const SEND = 'server/src/messaging/sending/send.ts';
const OWNERS = 'server/src/collaboration/owners.ts';
const LOCKS = 'server/src/database/locks.ts';
const EVENT_LOG = 'server/src/database/event-log.ts';
const SUBSCRIPTIONS = 'server/src/realtime/subscriptions.ts';
const HANDSHAKE = 'server/src/realtime/handshake.ts';
const LEASES = 'server/src/cluster/leases-redis.ts';

const guard = (pattern: string) => ({ file: 'test/faults/guards.test.ts', pattern });

/** MU7 takes the unique index away twice: alone, and with the look-up that keeps the same send from getting that far. */
const NO_UNIQUE_CLIENT_ID: Patch = {
  name: 'no client id is unique',
  file: 'server/src/database/migrations/sqlite/0000_first.sql',
  find: 'CREATE UNIQUE INDEX `replies_client_id`',
  replace: 'CREATE INDEX `replies_client_id`',
};

/** The fence comes with the lease, from a counter beside it. */
const FENCE_OF_REDIS: readonly Patch[] = [
  {
    name: 'count in Redis',
    file: LEASES,
    find: "return { status: 'granted', token: lock.value };",
    replace: `const fence = await store.masters.all[0].client.incr(store.at(\`fence:\${key}\`));
  (globalThis.fences ??= new Map()).set(key, fence);
  return { status: 'granted', token: lock.value };`,
  },
  {
    name: 'take the number of Redis',
    file: LOCKS,
    find: 'const [row] = await raise(tx.db, { conversationId });',
    replace: `const fence = globalThis.fences?.get(conversationId);
  if (fence !== undefined) {
    await tx.db.update(conversations).set({ lockEpoch: fence }).where(eq(conversations.id, conversationId));
    return fence;
  }
  const [row] = await raise(tx.db, { conversationId });`,
  },
];

/** Numbers of a sequence of Postgres: taken at once, never given back, in no order with the commits. */
const SERIAL: readonly Patch[] = [
  {
    name: 'a sequence',
    file: EVENT_LOG,
    find: 'const [row] = await nextSeq(tx.db, { stream });',
    replace: `await tx.db.insert(streams).values({ id: stream, lastSeq: 0 }).onConflictDoNothing();
  const sequence = \`serial_\${stream.replace(/\\W/g, '_')}\`;
  await tx.db.execute(sql.raw(\`CREATE SEQUENCE IF NOT EXISTS \${sequence}\`));
  const [row] = await tx.db.select({ seq: sql.raw(\`nextval('\${sequence}')::int\`) }).from(streams).limit(1);`,
  },
];

/** Those of the reliability notes. */
const OF_THE_NOTES: readonly Mutation[] = [
  {
    name: 'MU1',
    what: 'the fence is not compared with the newest',
    patches: [
      {
        name: 'skip the fence check',
        file: SEND,
        find: 'if (!mine || input.fence !== target.lockEpoch) {',
        replace: 'if (!mine) {',
      },
    ],
    noticedBy: guard('the fence: a send under an old one'),
    says: /\bI3: \d+ violations/,
  },
  {
    name: 'MU2',
    what: 'a lease is released by DEL, whoever has it',
    patches: [
      {
        name: 'DEL without token',
        file: LEASES,
        find: 'await store.redlock.release(lockOf(store, key, token));',
        replace: 'await Promise.all(store.masters.all.map(({ client }) => client.del(store.at(key))));',
      },
    ],
    noticedBy: guard('the token: a lease that is given back'),
    says: /\bI7: \d+ violations/,
  },
  {
    name: 'MU3',
    what: 'the fence is counted by Redis, which is emptied (N6)',
    patches: FENCE_OF_REDIS,
    // The key of the epochs refuses a fence that was given before: no harm, but no lock either.
    noticedBy: guard('the counter of fences'),
    says: /the fence that is given after Redis was emptied/,
    rare: true,
  },
  {
    name: 'MU3, and the old row makes room',
    what: 'the fence is counted by Redis, and what has the number already is overwritten',
    patches: [
      ...FENCE_OF_REDIS,
      {
        name: 'make room',
        file: LOCKS,
        find: 'export async function nextEpoch(tx: Tx, conversationId: string): Promise<number> {',
        replace: `export async function nextEpoch(tx: Tx, conversationId: string): Promise<number> {
  const taken = globalThis.fences?.get(conversationId);
  if (taken !== undefined)
    await tx.db.delete(lockEpochs).where(and(eq(lockEpochs.conversationId, conversationId), eq(lockEpochs.epoch, taken)));`,
      },
    ],
    noticedBy: guard('the counter of fences'),
    says: /\bI2: \d+ violations/,
    rare: true,
  },
  {
    name: 'MU4',
    what: 'the pump is poked, with what was written, before the commit',
    patches: [
      {
        name: 'poke early',
        file: EVENT_LOG,
        find: 'tx.afterCommit(() => wake(stream, event));',
        replace: 'wake(stream, event);',
      },
    ],
    noticedBy: guard('the commit before the poke'),
    says: /\bI23: \d+ violations/,
    rare: true,
  },
  {
    name: 'MU5',
    what: 'a reply is acknowledged before its commit',
    patches: [
      {
        name: 'acknowledge early',
        file: SEND,
        find: 'return await deps.db.inTransaction(job);',
        replace: `return await new Promise((acknowledge, fail) => {
          deps.db
            .inTransaction(async (tx) => {
              const stored = await job(tx);
              acknowledge(stored);
              await new Promise((done) => setTimeout(done, 200));
              return stored;
            })
            .catch(fail);
        });`,
      },
    ],
    noticedBy: guard('the commit before the acknowledgement'),
    says: /\bI10: \d+ violations/,
  },
  {
    name: 'MU6',
    what: 'events are numbered by a sequence, of which a rolled back write takes a number along',
    patches: SERIAL,
    noticedBy: guard('leaves no gap in the log, on pglite'),
    says: /\bI19: \d+ violations/,
    rare: true,
  },
  {
    name: 'MU6, with two writers',
    what: 'events are numbered by a sequence, and who commits later has the smaller number',
    patches: SERIAL,
    noticedBy: guard('who commits later has the later number'),
    says: /\bI20: \d+ violations/,
    rare: true,
    needs: 'postgres',
  },
  {
    name: 'MU7',
    what: 'the database does not hold client ids unique',
    patches: [NO_UNIQUE_CLIENT_ID],
    noticedBy: { file: 'test/scenarios/database.test.ts', pattern: 'a second reply under one client id' },
    says: /expected \[Function\] to throw/,
  },
  {
    name: 'MU7, and no look-up',
    what: 'neither the database nor the door knows a client id again',
    patches: [
      NO_UNIQUE_CLIENT_ID,
      {
        name: 'no look-up',
        file: SEND,
        find: 'const known = await replyByClientId(tx.db, author.agentId, input.clientId);',
        replace: 'const known = undefined;',
      },
      {
        name: 'no look-up of a twin',
        file: SEND,
        find: 'if (twin === undefined) throw refusal;',
        replace: 'if (twin !== null) throw refusal;',
      },
    ],
    noticedBy: guard('the client id: the same send twenty times at once'),
    says: /\bI10: \d+ violations/,
  },
  {
    name: 'MU8',
    what: 'a replay asks nobody for a membership',
    patches: [
      {
        name: 'let everybody replay',
        file: SUBSCRIPTIONS,
        find: 'await mayRead(this.#deps, connection, stream);',
        replace: 'if (after === null) await mayRead(this.#deps, connection, stream);',
      },
    ],
    noticedBy: guard('the membership: a replay for one who was removed'),
    says: /\bI24: \d+ violations/,
    rare: true,
  },
  {
    name: 'MU8, in the middle of one',
    what: 'a replay that is under way asks nobody whether its reader is still a member',
    patches: [
      {
        name: 'replay on',
        file: 'server/src/realtime/replay.ts',
        find: 'if (room.inboxId !== null) await deps.memberships.confirm(room.inboxId);',
        replace: '',
      },
    ],
    noticedBy: { file: 'server/src/realtime/replay.test.ts', pattern: 'asks with every batch' },
    says: /to be less than or equal to/,
    rare: true,
  },
  {
    name: 'MU9',
    what: 'the renewal timer of a lock that is over goes on',
    patches: [
      {
        name: 'leave the timer',
        file: OWNERS,
        find: 'owner.cancelRenew();',
        replace: '',
      },
    ],
    noticedBy: {
      file: 'server/src/collaboration/heart.test.ts',
      pattern: 'a lock that was given back',
    },
    says: /timers are left/,
  },
  {
    name: 'MU10',
    what: 'a session that goes on is let in without asking for its token again',
    patches: [
      {
        name: 'skip what a new connection goes through',
        file: HANDSHAKE,
        find: 'const token = await directory.verifyToken(hello.token);',
        replace: `const remembered = globalThis.letIn?.get(hello.resume?.id);
  const token = remembered ?? (await directory.verifyToken(hello.token));`,
      },
      {
        name: 'remember who was let in',
        file: HANDSHAKE,
        find: 'const session = await startOrResume(deps.sessions, hello, token, isThere);',
        replace: `const session = await startOrResume(deps.sessions, hello, token, isThere);
  (globalThis.letIn ??= new Map()).set(session.holder.sessionId, token);`,
      },
    ],
    // Socket.IO's own recovery never takes place here: it needs the offset of a broadcast packet, and frames are none. This is
    // the same mistake where this product makes connections go on.
    noticedBy: guard('the sign-in: a session goes on'),
    says: /\bI26: \d+ violations/,
    rare: true,
  },
];

export const MUTATIONS: readonly Mutation[] = [...OF_THE_NOTES, ...MORE_MUTATIONS];
