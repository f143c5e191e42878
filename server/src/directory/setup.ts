import { LatchboxError, refuse } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { inboxByRef } from '../database/directory/inboxes.ts';
import { insertTeam, insertTeamMember } from '../database/directory/members.ts';
import { insertMeta, writeAudit } from '../database/directory/records.ts';
import { getMeta, removeMeta, setMeta } from '../database/meta.ts';
import { hashSecret, newId, newSecret, sameSecret } from '../lib/ids.ts';
import { createAgent, type AgentDeps } from './agents.ts';
import type { Founding, SetUp } from './api.ts';
import { setMember } from './inbox-members.ts';
import { createInbox } from './inboxes.ts';
import { callerKey, createLimit } from './limits.ts';
import { checkPassword } from './passwords.ts';

const ATTEMPTS = 20;
const WITHIN_SECONDS = 600;

export function createSetUp(deps: AgentDeps): SetUp {
  const { db } = deps;
  const attempts = createLimit(ATTEMPTS, WITHIN_SECONDS, deps.config.RATE_LIMIT_FACTOR);

  /** Hashing the password takes too long for a transaction. */
  async function prepare(input: Founding, path: string): Promise<string> {
    checkPassword(input.admin.password, input.admin.email, path);
    return await deps.passwords.hash(input.admin.password);
  }

  return {
    async organisation() {
      const name = await getMeta(db.read, 'organisation');
      return name === undefined ? undefined : { name };
    },

    async issueKey() {
      const key = newSecret();
      return await db.inTransaction(async (tx) => {
        if ((await getMeta(tx.db, 'organisation')) !== undefined) return undefined;
        await setMeta(tx, 'setup_key', hashSecret(key));
        return key;
      });
    },

    async setUp(input, caller) {
      await attempts.take(callerKey(caller.ip));
      await requireKey(deps, await getMeta(db.read, 'setup_key'), input.key, caller.ip);
      const passwordHash = await prepare(input, 'admin.password');
      await db.inTransaction(async (tx) => {
        // Read again under the write: of two that come at once with the right key, one finds it gone.
        const stored = await getMeta(tx.db, 'setup_key');
        if (stored === undefined || !sameSecret(stored, hashSecret(input.key))) throw refuse('forbidden');
        const { adminId, teamId } = await found(tx, input, passwordHash);
        if (input.inbox === undefined) return;
        const created = await createInbox(tx, { name: input.inbox.name, teamId }, adminId);
        const inbox = await inboxByRef(tx.db, created.id);
        if (inbox !== undefined)
          await setMember(tx, deps, inbox, { agentId: adminId, capability: 'manage' }, adminId);
      });
    },

    async found(input) {
      const passwordHash = await prepare(input, 'admin.password');
      return await db.inTransaction((tx) => found(tx, input, passwordHash));
    },
  };
}

async function requireKey(
  deps: AgentDeps,
  stored: string | undefined,
  key: string,
  ip: string,
): Promise<void> {
  if (stored !== undefined && sameSecret(stored, hashSecret(key))) return;
  deps.log.warn('A set-up was refused: wrong or used key', { ip });
  const line = {
    actorId: null,
    action: 'set_up.refused',
    objectType: 'organisation',
    objectId: '',
    details: { ip },
  };
  await deps.db.inTransaction((tx) => writeAudit(tx, line));
  throw refuse('forbidden');
}

/** Organisation, first admin and a team of the organisation's name. Throws `conflict` when there is an organisation. */
async function found(
  tx: Tx,
  input: Founding,
  passwordHash: string,
): Promise<{ adminId: string; teamId: string }> {
  const name = input.organisation;
  if (!(await insertMeta(tx, 'organisation', name))) throw new LatchboxError('conflict', {});
  await removeMeta(tx, 'setup_key');
  const teamId = newId('tea');
  await insertTeam(tx, { id: teamId, name });
  const admin = { kind: 'person', role: 'admin', name: input.admin.name, email: input.admin.email } as const;
  const { id: adminId } = await createAgent(tx, admin, passwordHash, null);
  await insertTeamMember(tx, teamId, adminId);
  await writeAudit(tx, {
    actorId: adminId,
    action: 'organisation.created',
    objectType: 'organisation',
    objectId: '',
    details: { name },
  });
  return { adminId, teamId };
}
