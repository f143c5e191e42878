/** How far calls are: only ever further, each step written down, and told to the conversation they belong to. */
import type { CallFacts, CallWhy } from '@latchbox/shared';
import { agentById } from '../../database/directory/agents.ts';
import type { Database, Handle, Tx } from '../../database/database.ts';
import type { Wake } from '../../database/event-log.ts';
import {
  advanceCall,
  type CallChange,
  callById,
  type CallOnNumber,
  placeCall,
  type StoredState,
  writeStep,
} from '../../database/voice/calls.ts';
import { violates } from '../../database/unique-violation.ts';
import { appendCall, changeCall, tellCall } from '../../messaging/entries/calls.ts';

export interface CallDeps {
  readonly db: Database;
  readonly wake: Wake;
}

/**
 * News of a call come late, twice and in any order; only a higher rank counts. A call that was talked on never becomes a missed one,
 * while one that seemed to be missed and was talked on after all becomes that.
 */
const RANKS: Readonly<Record<StoredState, number>> = {
  incoming: 1,
  calling: 1,
  ringing: 2,
  talking: 4,
  missed: 3,
  failed: 3,
  ended: 5,
};
export const rankOf = (state: StoredState): number => RANKS[state];
export const wasTaken = ({ rank }: { readonly rank: number }): boolean => rank >= RANKS.talking;

/** Ms after which the provider is asked about a call of which nothing was heard. */
const ASK_AFTER: Readonly<Record<StoredState, number | null>> = {
  incoming: 900_000,
  calling: 120_000,
  ringing: 180_000,
  talking: 3_600_000,
  missed: null,
  failed: null,
  ended: null,
};
export const askAfter = (state: StoredState): number | null => ASK_AFTER[state];

/** A call as its entry says it; undefined while an incoming one rings, which is no entry yet. */
export function factsOf(call: CallOnNumber): CallFacts | undefined {
  const state = stateOf(call);
  if (state === undefined) return undefined;
  return {
    id: call.id,
    direction: call.direction,
    number: call.e164,
    ...(call.forwardedTo === null ? {} : { forwardedTo: call.forwardedTo }),
    startedAt: call.startedAt,
    state,
  };
}

function stateOf(call: CallOnNumber): CallFacts['state'] | undefined {
  const { state, answeredAt, endedAt, seconds, startedAt, why } = call;
  const at = endedAt ?? startedAt;
  switch (state) {
    case 'incoming':
      return undefined;
    case 'calling':
    case 'ringing':
      return { name: state };
    case 'talking':
      return { name: state, since: answeredAt ?? startedAt };
    case 'ended':
      return { name: state, at, seconds: seconds ?? 0 };
    case 'missed':
    case 'failed':
      return { name: state, at, why: (why as CallWhy | null) ?? 'failed' };
  }
}

export interface Further {
  readonly state: StoredState;
  readonly why?: CallWhy;
  readonly agentId?: string | null;
  readonly forwardedTo?: string | null;
  /** How long they talked, as the provider counts; otherwise since it was taken. */
  readonly seconds?: number;
}

/** Takes a call further and tells its conversation. False: it is as far already. */
export async function takeFurther(deps: CallDeps, id: string, to: Further): Promise<boolean> {
  const work = () =>
    deps.db.inTransaction(async (tx) => {
      const before = await callById(tx.db, id);
      if (before === undefined || !(await advanceCall(tx, id, changeOf(tx, before, to)))) return false;
      const { state, ...details } = to;
      await writeStep(tx, id, state, details);
      const call = await callById(tx.db, id);
      if (call !== undefined) await showCall(tx, deps, call);
      return true;
    });
  try {
    return await work();
  } catch (error) {
    // A text or another call of the same two numbers was faster: theirs is the conversation.
    if (!violates(error, 'sms_threads_parties')) throw error;
    return await work();
  }
}

function changeOf(tx: Tx, before: CallOnNumber, to: Further): CallChange {
  const { state, why, agentId, forwardedTo, seconds } = to;
  const after = askAfter(state);
  const talked = before.answeredAt === null ? 0 : Math.round((tx.now - before.answeredAt) / 1_000);
  return {
    state,
    rank: rankOf(state),
    dueAt: after === null ? null : tx.now + after,
    ...(why === undefined ? {} : { why }),
    ...(agentId === undefined ? {} : { agentId }),
    ...(forwardedTo === undefined ? {} : { forwardedTo }),
    ...(state === 'talking' ? { answeredAt: tx.now } : {}),
    ...(after === null ? { endedAt: tx.now } : {}),
    // What the provider counts may have begun before a key was pressed.
    ...(state === 'ended'
      ? { seconds: Math.max(0, Math.min(seconds ?? talked, talked || (seconds ?? 0))) }
      : {}),
  };
}

/** Puts a call into its conversation, or changes what stands there; last in its transaction. */
export async function showCall(tx: Tx, deps: CallDeps, call: CallOnNumber, name?: string): Promise<string> {
  const facts = factsOf(call);
  if (facts === undefined) return '';
  const { conversationId, position } = call;
  if (conversationId !== null && position !== null) {
    await changeCall(tx, deps, { conversationId, position }, { facts, agentId: call.agentId });
    return conversationId;
  }
  const { inboxId, numberId, address } = call;
  const agent = await agentOf(tx.db, call.agentId);
  const place = await appendCall(tx, { inboxId, numberId, address, name, agent, facts });
  await placeCall(tx, call.id, place);
  await tellCall(tx, deps, place);
  return place.conversationId;
}

async function agentOf(db: Handle, id: string | null) {
  const agent = id === null ? undefined : await agentById(db, id);
  return agent === undefined ? null : { id: agent.id, name: agent.name };
}
