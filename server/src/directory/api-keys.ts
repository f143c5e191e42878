import { LatchboxError, refuse } from '@latchbox/shared';
import { agentById, agentForShare } from '../database/directory/agents.ts';
import { endKey, insertKey, type ListedKey, listKeys } from '../database/directory/credentials.ts';
import { writeAudit } from '../database/directory/records.ts';
import { hashSecret, newId, newSecret } from '../lib/ids.ts';
import { administer } from './admin.ts';
import type { ApiKeyRecord, ApiKeys } from './api.ts';
import type { DirectoryDeps } from './deps.ts';
import { REVOKE } from './revoke.ts';
import { API_KEY_PREFIX } from './tokens.ts';

const MAX_KEYS = 50;

export function createApiKeys(deps: DirectoryDeps): ApiKeys {
  const act = (action: string, objectId: string) => ({ action, objectType: 'api_key', objectId });
  const visible = (key: ListedKey, actorId: string, admin: boolean) =>
    key.agentId === actorId || (admin && key.agentKind === 'system');
  return {
    async apiKeys(actor) {
      const agent = await agentById(deps.db.read, actor.agentId);
      const keys = await listKeys(deps.db.read);
      return keys.filter((key) => visible(key, actor.agentId, agent?.role === 'admin')).map(toRecord);
    },

    createApiKey: (actor, { name, agentId = actor.agentId }) =>
      administer(deps, actor, act('api_key.created', agentId), async (tx) => {
        const asker = await agentForShare(tx, actor.agentId);
        if (asker?.state !== 'active') throw refuse('forbidden');
        if (agentId !== actor.agentId && asker.role !== 'admin') throw refuse('forbidden');
        const owner = await agentForShare(tx, agentId);
        if (owner?.state !== 'active') throw refuse('not_found');
        // An admin may make an automation act, never a colleague.
        if (owner.id !== actor.agentId && owner.kind !== 'system') throw refuse('forbidden');
        const held = (await listKeys(tx.db)).filter((key) => key.agentId === agentId).length;
        if (held >= MAX_KEYS) throw new LatchboxError('limit', { max: MAX_KEYS });
        const key = `${API_KEY_PREFIX}${newSecret()}`;
        const row = { id: newId('key'), agentId, name, keyHash: hashSecret(key), createdBy: actor.agentId };
        await insertKey(tx, row);
        await writeAudit(tx, {
          actorId: actor.agentId,
          ...act('api_key.created', row.id),
          details: { name, agentId },
        });
        return { id: row.id, name, agentId, createdAt: tx.now, lastUsedAt: null, key };
      }),

    revokeApiKey: (actor, keyId) =>
      administer(deps, actor, act('api_key.revoked', keyId), async (tx) => {
        const asker = await agentForShare(tx, actor.agentId);
        const key = (await listKeys(tx.db)).find(({ id }) => id === keyId);
        if (key === undefined || !visible(key, actor.agentId, asker?.role === 'admin'))
          throw refuse('not_found');
        await endKey(tx, keyId);
        await writeAudit(tx, { actorId: actor.agentId, ...act('api_key.revoked', keyId) });
        tx.afterCommit(() =>
          deps.hints.publish(REVOKE, { agentId: key.agentId, inboxId: null, signInId: null }),
        );
      }),
  };
}

function toRecord({ id, name, agentId, createdAt, lastUsedAt }: ListedKey): ApiKeyRecord {
  return { id, name, agentId, createdAt, lastUsedAt };
}
