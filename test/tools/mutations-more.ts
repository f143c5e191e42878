/** Mutations beside those of the reliability notes: of passing on (PA), and of guards that nothing noticed once (GU). */

import type { Mutation } from './mutation.ts';

const PASS = 'server/src/collaboration/pass-lock.ts';
const ACCEPT = 'server/src/collaboration/accept-offer.ts';

const guard = (pattern: string) => ({ file: 'test/faults/guards.test.ts', pattern });
const guardOfPassing = (pattern: string) => ({ file: 'test/faults/guards-passing.test.ts', pattern });

export const MORE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'PA1',
    what: 'a lock that is passed on gets a lease of its own',
    patches: [
      {
        name: 'a new lease',
        file: PASS,
        find: 'const epoch = await beginUnder(tx, { conversationId, token, ...how });',
        replace:
          'const epoch = await beginUnder(tx, { conversationId, token: `new ${Math.random()}`, ...how });',
      },
    ],
    noticedBy: guardOfPassing('the lease that goes along'),
    says: /\bpassing on: \d+ violations/,
    rare: true,
  },
  {
    name: 'PA2',
    what: 'a take-over is not written into the audit',
    patches: [
      {
        name: 'no audit',
        file: 'server/src/collaboration/take-over.ts',
        find: 'await audit(tx, by.id, conversationId, { from: old.agentId, fence: old.epoch, note });',
        replace: '',
      },
    ],
    noticedBy: guardOfPassing('the lease that goes along'),
    says: /\bI28: \d+ violations/,
    rare: true,
  },
  {
    name: 'PA3',
    what: 'a turn is kept by its lease alone, which Redis forgets',
    patches: [
      {
        name: 'look at no offer',
        file: 'server/src/collaboration/acquire.ts',
        find: "if (offer?.kind === 'turn' && offer.agentId !== agentId) return offeredTo(offer);",
        replace: '',
      },
    ],
    noticedBy: guardOfPassing('the turn: it is kept for one'),
    says: /\bpassing on: \d+ violations/,
    rare: true,
  },
  {
    name: 'PA4',
    what: 'an offer is accepted by whoever comes',
    patches: [
      {
        name: 'before the transaction',
        file: ACCEPT,
        find: `if (offer?.agentId !== holder.agentId)
      throw await notOffered(deps.db.read`,
        replace: `if (offer === undefined)
      throw await notOffered(deps.db.read`,
      },
      {
        name: 'in the transaction',
        file: ACCEPT,
        find: 'if (offer?.agentId !== holder.agentId) throw await notOffered(tx.db',
        replace: 'if (offer === undefined) throw await notOffered(tx.db',
      },
    ],
    noticedBy: guardOfPassing('the turn: it is kept for one'),
    says: /\bpassing on: \d+ violations/,
    rare: true,
  },
  {
    name: 'PA5',
    what: 'who is removed keeps the place in the line, and is offered the lock',
    patches: [
      {
        name: 'end nothing in the line',
        file: 'server/src/collaboration/lines.ts',
        find: 'const concerns = await concernsOf(tx.db, scope.agentId, scope);',
        replace: 'const concerns = [];',
      },
    ],
    noticedBy: guardOfPassing('the line: a place ends'),
    says: /\bI27: \d+ violations/,
    rare: true,
  },
  {
    name: 'GU1',
    what: 'a grant is written though its lease may have ended, also over a lock that is newer than its first look',
    patches: [
      {
        name: 'write late',
        file: 'server/src/collaboration/acquire.ts',
        find: 'if (deps.clock.monotonic() >= lease.until) throw LEASE_OVER;',
        replace: '',
      },
      {
        // Finds most of what the clock finds, where somebody holds: either alone is enough for the test.
        name: 'over whoever came since',
        file: 'server/src/collaboration/acquire.ts',
        find: 'if (stale !== undefined && stale.epoch > target.newestFence) throw LEASE_OVER;',
        replace: '',
      },
    ],
    noticedBy: guard('the end of the lease'),
    says: /\bI5: \d+ violations/,
    rare: true,
  },
  {
    name: 'GU2',
    what: "a session goes on for whoever has its key, also with a colleague's token",
    patches: [
      {
        name: 'anybody with the key',
        file: 'server/src/collaboration/sessions.ts',
        find: '|| row.agentId !== agentId) return undefined;',
        replace: ') return undefined;',
      },
    ],
    noticedBy: guard('the session: a colleague comes'),
    says: /the session of the colleague|violations/,
    rare: true,
  },
  {
    name: 'GU3',
    what: 'a worker of the outbox that stood still past its claim decides all the same (N19)',
    patches: [
      {
        name: 'settle under any claim',
        file: 'server/src/database/outbox.ts',
        find: `eq(outbox.claimNo, sql.placeholder('claimNo')),
        eq(outbox.state, 'sending'),`,
        replace: "eq(outbox.state, 'sending'),",
      },
    ],
    noticedBy: {
      file: 'server/src/database/outbox-claims.test.ts',
      pattern: 'lets a worker that stood still',
    },
    says: /expected true to be false/,
    rare: true,
  },
  {
    name: 'GU4',
    what: 'a grant is answered without another look at its lease, however long its commit took',
    patches: [
      {
        name: 'answer at once',
        file: 'server/src/collaboration/acquire.ts',
        find: "const isSure = holder.kind === 'socket' && surelyStands(deps.clock, lease);",
        replace: "const isSure = holder.kind === 'socket';",
      },
    ],
    noticedBy: {
      file: 'server/src/collaboration/first-lease.test.ts',
      pattern: 'after a slow commit',
    },
    says: /expected 'ok' to be 'coordination_unavailable'/,
    rare: true,
  },
  {
    name: 'GU5',
    what: 'a mail that is tried again for one recipient goes to all of them again (I17, N18)',
    patches: [
      {
        name: 'everybody again',
        file: 'server/src/database/outbox.ts',
        find: "const waiting = all.filter(({ state }) => state === 'queued');",
        replace: 'const waiting = all;',
      },
    ],
    noticedBy: {
      file: 'test/faults/guards-sending.test.ts',
      pattern: 'the recipients',
    },
    says: /I17/,
    rare: true,
  },
];
