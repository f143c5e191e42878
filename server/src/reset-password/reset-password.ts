import { LatchboxError } from '@latchbox/shared';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { agentByEmail } from '../database/directory/agents.ts';
import { writeAudit } from '../database/directory/records.ts';
import { refuseState } from '../directory/agent-states.ts';
import { normalEmail } from '../directory/sign-in.ts';
import { isStorable } from '../lib/storable.ts';
import { personForUpdate, userAct } from '../users/acts.ts';
import { sendLink } from '../users/links.ts';

/**
 * Makes a link by which the owner of an account sets a new password, for whoever runs the server: they need nobody to let them. Throws
 * `not_found` for an address that no person here has, and `refused` by the rule of its state for an account that cannot be signed in to.
 */
export function linkFor(
  db: Database,
  config: Pick<Config, 'PUBLIC_URL' | 'PORT' | 'SMTP_URL'>,
  email: string,
): Promise<string> {
  return db.inTransaction(async (tx) => {
    const address = normalEmail(email);
    const found = isStorable(address) ? await agentByEmail(tx.db, address) : undefined;
    const agent = await personForUpdate(tx, found?.id ?? '');
    if (agent.state !== 'active') refuseState(agent.state);
    const asked = { kind: 'reset', agent, by: null, byHand: true } as const;
    const { link } = await sendLink(tx, { config, post: () => Promise.resolve() }, asked);
    if (link === null) throw new LatchboxError('internal', { ref: '' });
    const details = { mailed: false, by: 'command line' };
    await writeAudit(tx, { actorId: null, ...userAct('user.password_reset_sent', agent.id), details });
    return link;
  });
}
