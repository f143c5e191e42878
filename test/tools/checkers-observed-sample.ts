/** The good run of `checkers-sample.ts` with everything that a rig can observe of it, and ways to spoil it. */

import * as sample from './checkers-sample.ts';
import type { Dump } from './history-dump.ts';
import type { Observations } from './history-record.ts';
import type { Op, Run } from './history.ts';

const { ANN, BEN, CONVERSATION, STREAM, WALL } = sample;
export const INBOX = 'ibx_1';
export const CLEO = { agentId: 'agt_cleo', sessionId: 'ses_cleo' };

const audited = (id: string, action: string, objectId: string) => ({
  id,
  at: WALL,
  actorId: ANN.agentId,
  action,
  objectType: 'inbox',
  objectId,
  details: '{}',
});

export const copy = (messageKey: string, at: number) => ({
  messageKey,
  at,
  accepted: ['cleo@example.com', 'dora@example.com'],
  refused: [] as string[],
  hash: `hash of ${messageKey}`,
  answer: 'accepted' as const,
});

export const probe = (about: 'hidden' | 'missing', took: number) => ({
  question: 'socket conversation.open',
  about,
  code: 'not_found',
  status: 0,
  body: '{}',
  took,
});

export const resources = (phase: 'before' | 'during' | 'after') => ({
  node: 'a',
  at: 0,
  phase,
  sockets: 0,
  rooms: 0,
  timers: 4,
  locks: 0,
  sessions: 0,
  listeners: 7,
  heapUsed: 10e6,
  queueBytes: 2 ** 20,
  queuePackets: 1_000,
});

/** Everything that a rig can see, of a run in which all is well. */
export const OBSERVED: Required<Observations> = {
  bounds: {
    slack: 20,
    ttl: 100,
    holderKnows: 50,
    revoke: 100,
    revokeWithoutRedis: 500,
    heartbeat: 100,
    unnoticed: 10,
    failFast: 200,
  },
  orphans: [
    { conversationId: CONVERSATION, stream: STREAM, fence: 2, agentId: BEN.agentId, at: 590, ttl: 100 },
  ],
  leasesKept: true,
  leases: [
    { at: 650, nobodySince: 610, ttl: 100, keys: ['lease:cnv_1'] },
    { at: 900, nobodySince: 610, ttl: 100, keys: [] },
  ],
  holdings: [
    { at: 500, leases: [{ key: 'lease:cnv_1', token: 'ben' }], rows: ['ben'] },
    // Ben's lock is over, and his lease goes with its life.
    { at: 640, leases: [{ key: 'lease:cnv_1', token: 'ben' }], rows: [] },
    { at: 700, leases: [{ key: 'lease:cnv_1', token: 'ben' }], rows: [] },
    { at: 800, leases: [], rows: [] },
  ],
  leaseTries: [
    {
      act: 'extend',
      key: 'k',
      token: 'new',
      answer: 'done',
      before: { token: 'new', left: 10 },
      after: { token: 'new', left: 100 },
    },
    {
      act: 'extend',
      key: 'k',
      token: 'old',
      answer: 'refused',
      before: { token: 'new', left: 90 },
      after: { token: 'new', left: 89 },
    },
    {
      act: 'release',
      key: 'k',
      token: 'old',
      answer: 'refused',
      before: { token: 'new', left: 80 },
      after: { token: 'new', left: 79 },
    },
    {
      act: 'release',
      key: 'k',
      token: 'new',
      answer: 'done',
      before: { token: 'new', left: 70 },
      after: null,
    },
  ],
  memberships: [
    { inboxId: INBOX, agentId: ANN.agentId, from: 0, to: null },
    { inboxId: INBOX, agentId: BEN.agentId, from: 0, to: 700 },
  ],
  disclosures: [
    { inboxId: INBOX, agentId: BEN.agentId, at: 690, asked: 680, what: 'search' },
    { inboxId: INBOX, agentId: BEN.agentId, at: 790, asked: null, what: 'typing' },
    // Asked for by a member, answered after it.
    { inboxId: INBOX, agentId: BEN.agentId, at: 720, asked: 695, what: 'snapshot' },
  ],
  probes: Array.from({ length: 25 }, (_, at) => [probe('hidden', 2 + (at % 3)), probe('missing', 3)]).flat(),
  sessionEnds: [{ sessionIds: [BEN.sessionId], why: 'logout', at: 700 }],
  adminActs: [{ actorId: ANN.agentId, action: 'inbox.member_removed', objectId: INBOX, outcome: 'ok' }],
  // The second one went to its recipients one after the other.
  provider: [
    copy('key-2', 320),
    { ...copy('key-3', 620), accepted: ['cleo@example.com'], refused: ['dora@example.com'] },
    { ...copy('key-3', 640), accepted: ['dora@example.com'] },
  ],
  providerForgets: true,
  resources: [resources('before'), resources('during'), resources('after')],
  clockJumps: [],
  outages: [
    { of: 'redis', nodes: ['a'], from: 2_000, to: 3_000 },
    { of: 'database', nodes: ['a'], from: 4_000, to: 5_000 },
  ],
  recovery: { healedAt: 5_000, ready: [{ node: 'a', at: 6_000 }], current: [{ client: 'ann', at: 7_000 }] },
  exits: [{ node: 'a', at: 100, injected: true, how: 'SIGKILL' }],
  log: [{ node: 'a', at: 100, text: 'ready' }],
  presence: [{ client: 'ann', at: 750, conversationId: CONVERSATION, shown: [ANN.agentId, BEN.agentId] }],
  socketLives: [
    { agentId: ANN.agentId, from: 0, to: null },
    { agentId: BEN.agentId, from: 0, to: 600 },
  ],
  quietAt: WALL + 9_000,
};

export function goodRun(): Run {
  const run = sample.goodRun();
  return {
    ...run,
    ...OBSERVED,
    dumps: [
      { ...run.dumps[0], audit: [audited('aud_1', 'inbox.created', INBOX)] },
      {
        ...run.dumps[0],
        audit: [audited('aud_1', 'inbox.created', INBOX), audited('aud_2', 'inbox.member_removed', INBOX)],
      },
    ],
  };
}

export type Change = (run: Run) => Run;
export const seen =
  (observed: Partial<Observations>): Change =>
  (run) => ({ ...run, ...observed });
export const also =
  <
    K extends
      | 'leases'
      | 'holdings'
      | 'leaseTries'
      | 'disclosures'
      | 'probes'
      | 'provider'
      | 'resources'
      | 'exits'
      | 'log'
      | 'presence'
      | 'sessionEnds'
      | 'adminActs',
  >(
    name: K,
    ...more: NonNullable<Observations[K]>[number][]
  ): Change =>
  (run) => ({ ...run, [name]: [...(run[name] ?? []), ...more] });
export const did =
  (...more: Op[]): Change =>
  (run) => ({ ...run, ops: [...run.ops, ...more] });
export const inLastDump =
  (change: (dump: Dump) => Partial<Dump>): Change =>
  (run) => ({ ...run, dumps: [run.dumps[0], { ...run.dumps[1]!, ...change(run.dumps[1]!) }] });

export const CLIENT = { conversationId: CONVERSATION };
export const refused = (actor: typeof ANN, at: number, code: string, details: unknown = {}): Op =>
  sample.op(actor, 'acquire', at, { ...CLIENT, requestId: `request-${at}` }, { fail: code, details });
export const note = (actor: typeof ANN, at: number): Op =>
  sample.op(
    actor,
    'note',
    at,
    { ...CLIENT, clientId: `client-${at}`, body: 'A note' },
    { result: { entryId: 'ent_9' } },
  );
export const took = (op: Op, ms: number): Op => ({ ...op, tReturn: op.tInvoke + ms });
