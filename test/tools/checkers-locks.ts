/** Invariants of locks (I1–I9 of the reliability notes), judged from a recorded run. */

import type { Dump, EpochRow } from './history-dump.ts';
import type { OkOp, OpName, Run } from './history.ts';

/** What is wrong, by the name of the invariant it breaks. */
export interface Violation {
  readonly invariant: string;
  readonly story: string;
}

export const lastDump = (run: Run): Dump => run.dumps.at(-1) ?? run.dumps[0];

export function okOps<N extends OpName>(run: Run, ...names: readonly N[]): OkOp<N>[] {
  return run.ops.filter(
    (op) => op.outcome === 'ok' && (names as readonly string[]).includes(op.op),
  ) as OkOp<N>[];
}

/** Collects violations of one invariant. */
export function report(invariant: string): { found: Violation[]; add: (story: string) => void } {
  const found: Violation[] = [];
  return { found, add: (story) => void found.push({ invariant, story }) };
}

/** What gives a lock to the session that asks. */
export const GRANTS = ['acquire', 'move', 'takeOver', 'acceptOffer'] as const;

const epochKey = (conversationId: string, epoch: number): string => `${conversationId}#${epoch}`;

function epochsByKey(dump: Dump): Map<string, EpochRow> {
  return new Map(dump.epochs.map((row) => [epochKey(row.conversationId, row.epoch), row]));
}

/** I1: all replies of one epoch are one agent's, and it is the agent to whom the epoch was given. */
export function checkOneAgentPerEpoch(run: Run): Violation[] {
  const { found, add } = report('I1');
  const dump = lastDump(run);
  const given = epochsByKey(dump);
  for (const reply of dump.replies) {
    const key = epochKey(reply.conversationId, reply.lockEpoch);
    const holder = given.get(key)?.agentId;
    if (holder !== reply.agentId) add(`${key}: a reply of ${reply.agentId}, but the epoch is ${holder}'s`);
  }
  return found;
}

/** I2: an epoch is given once, in growing order, and what was once written of it stays. */
export function checkEpochsGrow(run: Run): Violation[] {
  const { found, add } = report('I2');
  const seen = new Map<string, string>();
  for (const dump of run.dumps) {
    const here = new Set<string>();
    for (const row of dump.epochs) {
      const key = epochKey(row.conversationId, row.epoch);
      if (here.has(key)) add(`${key} was given twice`);
      here.add(key);
      const was = seen.get(key);
      const is = `${row.agentId}/${row.sessionId}`;
      if (was !== undefined && was !== is) add(`${key} went from ${was} to ${is}`);
      seen.set(key, is);
    }
    for (const key of seen.keys()) if (!here.has(key)) add(`${key} has vanished`);
  }
  const newest = new Map<string, number>();
  for (const { stream, seq, data } of lastDump(run).events) {
    if (data.type !== 'lock.granted') continue;
    const before = newest.get(data.row.id) ?? 0;
    const fence = data.row.lock.fence;
    if (fence <= before) add(`${stream}@${seq}: fence ${fence} after ${before} in ${data.row.id}`);
    newest.set(data.row.id, fence);
  }
  const most = new Map<string, number>();
  for (const { conversationId, epoch } of lastDump(run).epochs) {
    most.set(conversationId, Math.max(epoch, most.get(conversationId) ?? 0));
  }
  for (const { id, lockEpoch } of lastDump(run).conversations) {
    if ((most.get(id) ?? 0) !== lockEpoch)
      add(`${id} counts ${lockEpoch}, its newest epoch is ${most.get(id)}`);
  }
  return found;
}

/** I3: no reply was stored after a newer fence was given; and a lock is only given after the one before it ended. */
export function checkFencing(run: Run): Violation[] {
  const { found, add } = report('I3');
  const newest = new Map<string, number>();
  const open = new Map<string, number>();
  for (const { stream, seq, data } of lastDump(run).events) {
    if (data.type === 'lock.granted') {
      const fence = data.row.lock.fence;
      const standing = open.get(data.row.id);
      if (standing !== undefined)
        add(`${stream}@${seq}: fence ${fence} given while ${standing} had not ended`);
      newest.set(data.row.id, Math.max(fence, newest.get(data.row.id) ?? 0));
      open.set(data.row.id, fence);
    } else if (data.type === 'lock.ended') {
      if (open.get(data.row.id) === data.fence) open.delete(data.row.id);
    } else if (data.type === 'entry.added' && data.entry.kind === 'reply') {
      const before = newest.get(data.row.id) ?? 0;
      if (data.entry.fence < before)
        add(`${stream}@${seq}: a reply under ${data.entry.fence} after ${before} was given`);
      newest.set(data.row.id, Math.max(data.entry.fence, before));
    }
  }
  return found;
}

interface Hold {
  readonly conversationId: string;
  readonly agentId: string;
  readonly fence: number;
  readonly from: number;
  readonly to: number;
  /** Something worked under it after its answer. Without that the answer may have come when it was over: a link can hold it up. */
  readonly proven: boolean;
}

/** How long each grant was surely held: from its answer to the start of the last operation that proved it still stood. */
function provenHolds(run: Run): Hold[] {
  const repeated = new Map<string, number>();
  for (const op of run.ops) {
    if (op.op !== 'send') continue;
    repeated.set(op.args.clientId, (repeated.get(op.args.clientId) ?? 0) + 1);
  }
  const proofs = okOps(run, 'release', 'stay', 'renew', 'send').filter((op) => {
    if (op.op === 'release') return op.result.held;
    // The stored answer of an earlier send proves nothing about now.
    return op.op !== 'send' || (!op.result.lateSend && repeated.get(op.args.clientId) === 1);
  });
  const latest = new Map<string, number>();
  for (const op of proofs) {
    const key = holdKey(op.args, op.actor.sessionId);
    latest.set(key, Math.max(op.tInvoke, latest.get(key) ?? 0));
  }
  return okOps(run, ...GRANTS).map((grant) => {
    const { conversationId } = grant.args;
    const { fence } = grant.result;
    const last = latest.get(holdKey({ conversationId, fence }, grant.actor.sessionId)) ?? 0;
    return {
      conversationId,
      agentId: grant.actor.agentId,
      fence,
      from: grant.tReturn,
      to: Math.max(grant.tReturn, last),
      proven: last > grant.tReturn,
    };
  });
}

const holdKey = (of: { conversationId: string; fence: number }, sessionId: string): string =>
  `${epochKey(of.conversationId, of.fence)}/${sessionId}`;

/** I4: no two agents surely held one conversation at the same moment. */
export function checkMutualExclusion(run: Run): Violation[] {
  const { found, add } = report('I4');
  const byConversation = Map.groupBy(provenHolds(run), (hold) => hold.conversationId);
  for (const [conversationId, holds] of byConversation) {
    const inOrder = holds.toSorted((a, b) => a.from - b.from);
    let longest: Hold | undefined;
    for (const hold of inOrder) {
      // Its answer came late: the newer one was given when it was over, and nothing says otherwise. What works afterwards is I6's.
      if (longest !== undefined && !hold.proven && hold.fence < longest.fence) continue;
      if (longest !== undefined && hold.agentId !== longest.agentId && hold.from < longest.to) {
        add(
          `${conversationId}: ${hold.agentId} (${hold.fence}) while ${longest.agentId} (${longest.fence}) held it`,
        );
      }
      if (longest === undefined || hold.to > longest.to) longest = hold;
    }
  }
  return found;
}

type Grants = OkOp<(typeof GRANTS)[number]>;

function byFenceDown(grants: readonly Grants[]): [number, Grants[]][] {
  return [...Map.groupBy(grants, (op) => op.result.fence)].toSorted(([a], [b]) => b - a);
}

/** I6: what was released or overtaken never works again. */
export function checkNoResurrection(run: Run): Violation[] {
  const { found, add } = report('I6');
  /** From when on a fence is surely dead. */
  const dead = new Map<string, number>();
  const kill = (key: string, at: number): void => void dead.set(key, Math.min(at, dead.get(key) ?? Infinity));
  for (const op of okOps(run, 'release')) {
    if (op.result.held) kill(epochKey(op.args.conversationId, op.args.fence), op.tReturn);
  }
  const grants = Map.groupBy(okOps(run, ...GRANTS), (op) => op.args.conversationId);
  for (const [conversationId, inConversation] of grants) {
    // From the newest fence down: each is dead as soon as any newer one was surely given.
    let overtaken = Infinity;
    for (const [fence, same] of byFenceDown(inConversation)) {
      if (overtaken < Infinity) kill(epochKey(conversationId, fence), overtaken);
      overtaken = Math.min(overtaken, ...same.map((op) => op.tReturn));
    }
  }
  /** When each text was first sent by an attempt that may have stored it. */
  const firstTry = new Map<string, number>();
  for (const op of run.ops) {
    if (op.op !== 'send' || op.outcome === 'fail') continue;
    const key = `${op.actor.agentId}/${op.args.clientId}`;
    firstTry.set(key, Math.min(op.tInvoke, firstTry.get(key) ?? Infinity));
  }
  for (const op of okOps(run, 'stay', 'renew', 'release', 'send')) {
    if (op.op === 'release' && !op.result.held) continue;
    const end = dead.get(epochKey(op.args.conversationId, op.args.fence));
    if (end === undefined || op.tInvoke <= end) continue;
    // The same send again is answered from what is stored; whether that was stored in time is I3's question.
    if (op.op === 'send' && (firstTry.get(`${op.actor.agentId}/${op.args.clientId}`) ?? Infinity) <= end)
      continue;
    add(`${op.op} ${op.id} worked under ${op.args.fence} of ${op.args.conversationId}, which was over`);
  }
  return found;
}

/** I7: a lock is only given back by the session that held it. */
export function checkReleases(run: Run): Violation[] {
  const { found, add } = report('I7');
  const given = epochsByKey(lastDump(run));
  for (const op of okOps(run, 'release')) {
    const row = given.get(epochKey(op.args.conversationId, op.args.fence));
    if (op.result.held && row?.sessionId !== op.actor.sessionId) {
      add(`release ${op.id} of ${op.actor.sessionId} ended the lock of ${row?.sessionId}`);
    }
  }
  for (const row of lastDump(run).epochs) {
    if (row.endReason !== 'released' && row.endReason !== 'declined') continue;
    const asked = run.ops.some(
      (op) =>
        op.op === 'release' &&
        op.outcome !== 'fail' &&
        op.actor.sessionId === row.sessionId &&
        op.args.conversationId === row.conversationId &&
        op.args.fence === row.epoch,
    );
    if (!asked)
      add(
        `${epochKey(row.conversationId, row.epoch)} ended as ${row.endReason}, which its holder never said`,
      );
  }
  return found;
}

/** I8: the same request gets the same fence, nobody is locked out by himself, and a refusal leaves no lock behind. */
export function checkIdempotentAcquire(run: Run): Violation[] {
  const { found, add } = report('I8');
  const fences = new Map<string, number>();
  const requestKey = (sessionId: string | null, conversationId: string, requestId: string): string =>
    `${sessionId}/${conversationId}/${requestId}`;
  /** Requests of which every answer was a definite refusal. */
  const refused = new Map<string, boolean>();
  for (const op of run.ops) {
    if (op.op !== 'acquire' && op.op !== 'move' && op.op !== 'takeOver' && op.op !== 'acceptOffer') continue;
    const key = requestKey(op.actor.sessionId, op.args.conversationId, op.args.requestId);
    refused.set(key, op.outcome === 'fail' && refused.get(key) !== false);
    if (op.outcome === 'ok') {
      const before = fences.get(key);
      if (before !== undefined && before !== op.result.fence)
        add(`${key} got ${before} and ${op.result.fence}`);
      fences.set(key, op.result.fence);
    } else if (
      op.outcome === 'fail' &&
      op.code === 'lock_held' &&
      holderOf(op.details) === op.actor.agentId
    ) {
      add(`${op.op} ${op.id} was refused because of the agent itself`);
    }
  }
  for (const row of lastDump(run).epochs) {
    const key = requestKey(row.sessionId, row.conversationId, row.requestId);
    if (row.endedAt === null && refused.get(key) === true)
      add(`${epochKey(row.conversationId, row.epoch)} stands open for ${key}, which was refused`);
  }
  return found;
}

export function holderOf(details: unknown): string | null {
  const holder = (details as { holder?: { id?: string } | null } | null)?.holder;
  return holder?.id ?? null;
}

/** Whoever is refused is told an agent who held the lock at some moment between question and answer. */
export function checkHoldersTold(run: Run): Violation[] {
  const { found, add } = report('right holder');
  const byConversation = Map.groupBy(lastDump(run).epochs, (row) => row.conversationId);
  for (const op of run.ops) {
    if (op.outcome !== 'fail' || op.code !== 'lock_held' || !('conversationId' in op.args)) continue;
    const { conversationId } = op.args;
    const told = holderOf(op.details);
    if (told === null) continue;
    const epochs = byConversation.get(conversationId) ?? [];
    const asked = op.tInvoke + run.wallOffset;
    const answered = op.tReturn + run.wallOffset;
    // Two clocks of one machine: a few ms apart at most.
    const right = epochs.some(
      (row) =>
        row.agentId === told && row.grantedAt <= answered + 5 && (row.endedAt ?? Infinity) >= asked - 5,
    );
    if (!right) add(`${op.op} ${op.id} was told ${told}, who did not hold ${conversationId} then`);
  }
  return found;
}
