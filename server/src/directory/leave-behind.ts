import type { Tx } from '../database/database.ts';
import { agentForShare } from '../database/directory/agents.ts';
import { type HandOnOf, insertHandOn } from '../database/hand-ons.ts';
import { invalid } from './admin.ts';
import type { DirectoryDeps } from './deps.ts';

/** Hint: somebody left something behind, and nobody hands it on yet. */
export const HAND_ON = 'hand_on';

/** To whom goes what somebody leaves behind; what is left out goes to nobody. */
export interface HandOnTo {
  readonly assignmentsTo?: string | null | undefined;
  readonly draftsTo?: string | null | undefined;
  readonly contactsTo?: string | null | undefined;
  /** Ms for which nobody else begins: whoever says so does the first steps. Left out: the workers begin at once. */
  readonly firstAfter?: number | undefined;
}

/** Writes down, in the transaction in which somebody leaves, that what they leave is to be handed on; answers by which id. */
export async function leaveBehind(
  tx: Tx,
  { hints }: Pick<DirectoryDeps, 'hints'>,
  who: HandOnOf,
  { assignmentsTo = null, draftsTo = null, contactsTo = null, firstAfter = 0 }: HandOnTo = {},
): Promise<string> {
  const id = await insertHandOn(tx, { ...who, assignmentsTo, draftsTo, contactsTo, firstAfter });
  if (firstAfter === 0) tx.afterCommit(() => hints.publish(HAND_ON, null));
  return id;
}

/** Whoever takes over has to work here, and is not the one who leaves. */
export async function requireColleague(tx: Tx, leaver: string, id: string, path: string): Promise<void> {
  const agent = id === leaver ? undefined : await agentForShare(tx, id);
  if (agent?.kind !== 'person' || agent.state !== 'active')
    throw invalid(path, 'is no colleague who works here');
}
