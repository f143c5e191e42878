import { refuse, refuseBy } from '@latchbox/shared';
import type { RequestState } from '@latchbox/shared/http/mailbox-requests';
import type { Tx } from '../database/database.ts';
import { agentForShare, type AgentRow } from '../database/directory/agents.ts';
import { writeAudit } from '../database/directory/records.ts';
import { holdRequest, requestById, type RequestRow, updateRequest } from '../database/seats/requests.ts';
import { holdSeat } from '../database/seats/seats.ts';
import type { Actor } from '../directory/api.ts';
import { changes } from '../directory/changes.ts';
import { nextState, type RequestAct } from './request-state.ts';

export interface Held {
  readonly request: RequestRow;
  readonly owner: AgentRow;
  readonly admin: boolean;
  /** Where the act leads. */
  readonly to: RequestState;
}

/** Who may do an act besides admins: `decide` is theirs alone, `own` the owner's alone, `either` both's. */
type By = 'decide' | 'own' | 'either';

/**
 * A request that an actor may do this to, in the state that it is in, with the owner's seat: all stay so until the commit. Throws
 * `not_found`, `forbidden`, or `refused` by the table of states.
 */
export async function holdForAct(tx: Tx, actor: Actor, id: string, act: RequestAct, by: By): Promise<Held> {
  const seen = await requestById(tx.db, id);
  const asker = await agentForShare(tx, actor.agentId);
  const admin = asker?.state === 'active' && asker.role === 'admin';
  const own = seen?.ownerId === actor.agentId;
  if (seen === undefined || (!admin && !own)) throw refuse('not_found');
  if (by === 'decide' ? !admin : by === 'own' && !own) throw refuse('forbidden');
  const owner = await agentForShare(tx, seen.ownerId);
  await holdSeat(tx, seen.ownerId);
  const request = await holdRequest(tx, id);
  if (request === undefined || owner === undefined) throw refuse('not_found');
  const next = nextState(request.state, act);
  if ('rule' in next) throw refuseBy(next.rule);
  return { request, owner, admin, to: next.to };
}

type Change = Parameters<typeof updateRequest>[2];

/** Writes a change of a request, and the line in the audit. */
export async function changeRequest(
  tx: Tx,
  { request }: Pick<Held, 'request'>,
  change: Change,
  line: { readonly action: string; readonly actorId: string },
): Promise<RequestRow> {
  const after = { ...request, ...change };
  await updateRequest(tx, request.id, change);
  const { before, after: now } = changes(told(request), told(after));
  const { address, ownerId } = request;
  await writeAudit(tx, {
    ...line,
    objectType: 'mailbox_request',
    objectId: request.id,
    details: { address, ownerId, before, after: now },
  });
  return after;
}

const told = ({ state, identifiedBy, reason, termsVersion, mailboxId }: RequestRow) => ({
  state,
  identifiedBy,
  reason,
  termsVersion,
  mailboxId,
});
