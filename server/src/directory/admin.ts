import { LatchboxError, refuse } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { agentForShare } from '../database/directory/agents.ts';
import { type AuditLine, writeAudit } from '../database/directory/records.ts';
import { violates, type UniqueConstraint } from '../database/unique-violation.ts';
import type { Actor } from './api.ts';
import type { DirectoryDeps } from './deps.ts';

/** Throws `forbidden` unless the actor is an active admin, who stays one until the commit. */
export async function requireAdmin(tx: Tx, actor: Actor): Promise<void> {
  const agent = await agentForShare(tx, actor.agentId);
  if (agent?.state !== 'active' || agent.role !== 'admin') throw refuse('forbidden');
}

/** What is tried, for the audit: also when it is refused. */
export type Act = Pick<AuditLine, 'action' | 'objectType' | 'objectId'>;

/**
 * Runs an administrative act in one transaction. A `forbidden` one leaves a line in the audit in a transaction of its own: it
 * must outlive the rollback. Values that are already taken are answered as `invalid` at their field.
 */
export async function administer<T>(
  deps: Pick<DirectoryDeps, 'db' | 'log'>,
  actor: Actor,
  act: Act,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  try {
    return await deps.db.inTransaction(work);
  } catch (error) {
    if (LatchboxError.is(error, 'forbidden')) {
      deps.log.warn('An administrative act was refused', { ...act, actorId: actor.agentId });
      const refused = { ...act, action: `${act.action}.refused`, actorId: actor.agentId };
      await deps.db.inTransaction((tx) => writeAudit(tx, refused));
    }
    throw takenField(error) ?? error;
  }
}

const TAKEN: readonly (readonly [UniqueConstraint, string])[] = [
  ['agents_email', 'email'],
  ['agents_external_id', 'externalId'],
  ['inboxes_api_code', 'apiCode'],
];

function takenField(error: unknown): LatchboxError | undefined {
  const taken = TAKEN.find(([constraint]) => violates(error, constraint));
  return taken && invalid(taken[1], 'is already in use');
}

/** `invalid` with one issue. */
export function invalid(path: string, message: string): LatchboxError<'invalid'> {
  return new LatchboxError('invalid', { issues: [{ path, message }] });
}
