import { changeAgent } from '@latchbox/shared/http/agents';
import { createApiKey, listApiKeys, revokeApiKey } from '@latchbox/shared/http/api-keys';
import { monotonic } from '../../tools/history.ts';
import { surely } from '../rig/administer.ts';
import { GROUPS, type Rig } from '../rig/rig.ts';
import type { Random } from '../random.ts';
import { between, hold, type Nemesis } from './nemesis.ts';

type Way = 'disabled' | 'key revoked' | 'role';

async function setAgent(
  rig: Rig,
  agentId: string,
  change: { active?: boolean; role?: 'agent' | 'admin' },
): Promise<void> {
  await surely(rig, { action: 'agent.changed', objectId: agentId }, (rest) =>
    rest.call(changeAgent, { params: { agent: agentId }, body: change }),
  );
}

function sessionsOf(rig: Rig, agentId: string): string[] {
  const sql = 'SELECT id FROM sessions WHERE agent_id = ? AND ended_at IS NULL';
  return rig.rows<{ id: string }>(sql, agentId).map(({ id }) => id);
}

/** Agents that are disabled, or are admins, at this moment. */
const changed = new Set<string>();

async function disable(rig: Rig, random: Random, agentId: string, signal: AbortSignal): Promise<void> {
  const sessionIds = sessionsOf(rig, agentId);
  changed.add(agentId);
  await setAgent(rig, agentId, { active: false });
  rig.notebook.sessionEnds.push({ sessionIds, why: 'disabled', at: monotonic() });
  await hold(between(random, 500, 3_000), signal);
  await setAgent(rig, agentId, { active: true });
  changed.delete(agentId);
}

/** The agent makes a second key, uses it from now on, and the first one is revoked. */
async function changeKey(rig: Rig, name: string, agentId: string): Promise<void> {
  const created = await surely(rig, { action: 'api_key.created', by: name }, (rest) =>
    rest.call(createApiKey, { body: { name: 'next' } }),
  );
  if (created === undefined) return;
  const { apiKeys } = await rig
    .rest(name, 0)
    .call(listApiKeys)
    .catch(() => ({ apiKeys: [] }));
  rig.tokens.set(name, created.key);
  rig.crew.token(name, created.key);
  for (const { id, agentId: owner } of apiKeys) {
    if (id === created.id || owner !== agentId) continue;
    const deed = { action: 'api_key.revoked', objectId: id, by: name, doneAlready: ['not_found'] };
    await surely(rig, deed, (rest) => rest.call(revokeApiKey, { params: { key: id } }));
  }
}

/** Somebody is signed out everywhere while connected to three servers: disabled, with a revoked key, or with another role. */
export const sessionEnd: Nemesis = {
  name: 'N21',
  what: 'an agent is disabled and enabled, a key is revoked for its successor, a role is raised and lowered',
  lane: 'people',
  weight: 3,
  async run(rig, random, signal) {
    const names = [...new Set(GROUPS.flat())];
    const name = names[random.below(names.length)] ?? '';
    const agentId = rig.seeded.agents[name]?.id ?? '';
    const way = random.weighted<Way>({ disabled: 3, 'key revoked': 2, role: 1 });
    if (way === 'disabled') await disable(rig, random, agentId, signal);
    if (way === 'key revoked') await changeKey(rig, name, agentId);
    if (way === 'role') {
      changed.add(agentId);
      await setAgent(rig, agentId, { role: 'admin' });
      await hold(between(random, 300, 1_500), signal);
      await setAgent(rig, agentId, { role: 'agent' });
      changed.delete(agentId);
    }
    return `${name}, ${way}`;
  },
  async heal(rig) {
    for (const agentId of changed) await setAgent(rig, agentId, { active: true, role: 'agent' });
    changed.clear();
  },
};
