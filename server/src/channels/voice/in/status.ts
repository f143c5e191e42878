/** News of calls that ask nothing: how far a leg is, and that a call is over. */
import type { CallWhy } from '@latchbox/shared';
import { callById, callBySid, type CallOnNumber, nameCall } from '../../../database/voice/calls.ts';
import { type Further, takeFurther, wasTaken } from '../calls.ts';
import type { VoiceDeps } from '../deps.ts';
import type { CallFields, CallStatus } from './fields.ts';

/** The first leg of a call is somewhere: the caller's, or of an outgoing one the agent's own phone. */
export async function status(deps: VoiceDeps, id: string | undefined, fields: CallFields): Promise<void> {
  const { db } = deps;
  const call = id === undefined ? await callBySid(db.read, fields.sid) : await callById(db.read, id);
  if (call === undefined || fields.status === undefined) return;
  // The provider's answer to our asking may have been lost.
  if (call.sid === null) await db.inTransaction((tx) => nameCall(tx, call.id, fields.sid));
  await settle(deps, call, fields.status);
}

/** What follows of the state of a call's first leg, as it is told or was asked for. */
export async function settle(deps: VoiceDeps, call: CallOnNumber, said: CallStatus): Promise<void> {
  const to = endOf(call, said);
  if (to !== undefined) await takeFurther(deps, call.id, to);
}

const OVER: ReadonlySet<CallStatus> = new Set(['completed', 'busy', 'no-answer', 'failed', 'canceled']);

/** How a call ended whose first leg says this; undefined: it goes on. */
export function endOf(
  call: Pick<CallOnNumber, 'direction' | 'state' | 'rank'>,
  said: CallStatus,
): Further | undefined {
  if (!OVER.has(said)) return undefined;
  if (wasTaken(call)) return { state: 'ended' };
  if (call.direction === 'in') return { state: 'missed', why: 'hung_up' };
  return { state: 'failed', why: whyOutgoing(call.state, said) };
}

/** While the agent's phone rang it is about that one; later the agent gave up. */
function whyOutgoing(state: CallOnNumber['state'], said: CallStatus): CallWhy {
  if (said === 'failed') return 'failed';
  return state === 'calling' ? 'own_phone' : 'hung_up';
}
