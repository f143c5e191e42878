import { changeAgent } from '@latchbox/shared/http/agents';
import { revokeApiKey } from '@latchbox/shared/http/api-keys';
import { pause } from '../../tools/eventually.ts';
import { monotonic } from '../../tools/history.ts';
import { surely } from '../rig/administer.ts';
import { GROUPS, PASSWORD, type Rig } from '../rig/rig.ts';
import type { Random } from '../random.ts';
import { between, hold, type Nemesis, ofRun } from './nemesis.ts';

type Way = 'disabled' | 'credential' | 'role';

async function setAgent(
  rig: Rig,
  agentId: string,
  change: { state?: 'active' | 'deactivated'; role?: 'agent' | 'admin' },
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
const changed = ofRun(() => new Set<string>());

async function disable(
  rig: Rig,
  random: Random,
  { name, agentId }: { readonly name: string; readonly agentId: string },
  signal: AbortSignal,
): Promise<void> {
  const sessionIds = sessionsOf(rig, agentId);
  changed(rig).add(agentId);
  await setAgent(rig, agentId, { state: 'deactivated' });
  rig.notebook.sessionEnds.push({ sessionIds, why: 'disabled', at: monotonic() });
  await hold(between(random, 500, 3_000), signal);
  await setAgent(rig, agentId, { state: 'active' });
  changed(rig).delete(agentId);
  // The sign-ins are over too.
  if (cookies(rig).has(name)) await signInAgain(rig, name);
}

/** Refresh cookies of agents who are signed in, by name; the others use the key that they were seeded with. */
const cookies = ofRun(() => new Map<string, string>());

interface SignedIn {
  readonly token: string;
  readonly cookie: string;
}

async function signInAt(rig: Rig, name: string, number: number): Promise<SignedIn> {
  const body = JSON.stringify({ email: rig.seeded.agents[name]?.email, password: PASSWORD });
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(5_000);
  const answer = await fetch(`${rig.server(number).url}/api/sign-in`, {
    method: 'POST',
    headers,
    body,
    signal,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${name} could not sign in: ${answer.status} ${text}`);
  const { token } = JSON.parse(text) as { token: string };
  return { token, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

async function signOutAt(rig: Rig, cookie: string, number: number): Promise<void> {
  const signal = AbortSignal.timeout(5_000);
  const answer = await fetch(`${rig.server(number).url}/api/sign-out`, {
    method: 'POST',
    headers: { cookie },
    signal,
  });
  await answer.text();
  if (!answer.ok) throw new Error(`the sign-out ended with ${answer.status}`);
}

/** On one server after the other, until one does it. */
async function somewhere<T>(rig: Rig, work: (number: number) => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work(tries % rig.servers.length);
    } catch (error) {
      if (tries >= 60) throw error;
      await pause(200);
    }
  }
}

/** Signs in anew; from then on the agent's clients bring this token wherever they are asked for one. */
async function signInAgain(rig: Rig, name: string): Promise<void> {
  const { token, cookie } = await somewhere(rig, (number) => signInAt(rig, name, number));
  cookies(rig).set(name, cookie);
  rig.tokens.set(name, token);
  rig.crew.token(name, token);
}

/** The agent signs out, which ends the sessions of this sign-in on every server; or has the key revoked that was used so far. */
async function changeCredential(rig: Rig, name: string, agentId: string): Promise<string> {
  const cookie = cookies(rig).get(name);
  if (cookie !== undefined) {
    const sql = `SELECT id FROM sessions WHERE agent_id = ? AND ended_at IS NULL AND sign_in_id IS NOT NULL`;
    const sessionIds = rig.rows<{ id: string }>(sql, agentId).map(({ id }) => id);
    await somewhere(rig, (number) => signOutAt(rig, cookie, number));
    rig.notebook.sessionEnds.push({ sessionIds, why: 'signed out', at: monotonic() });
    await signInAgain(rig, name);
    return 'signed out and in';
  }
  await signInAgain(rig, name);
  const keys = rig.rows<{ id: string }>(
    'SELECT id FROM api_keys WHERE agent_id = ? AND ended_at IS NULL',
    agentId,
  );
  for (const { id } of keys) {
    const deed = { action: 'api_key.revoked', objectId: id, by: name, doneAlready: ['not_found'] };
    await surely(rig, deed, (rest) => rest.call(revokeApiKey, { params: { key: id } }));
  }
  return 'key revoked';
}

/** Somebody is signed out everywhere while connected to three servers: disabled, with a revoked key, or with another role. */
export const sessionEnd: Nemesis = {
  name: 'N21',
  what: 'an agent is disabled and enabled, signs out and in, loses a key, or is raised and lowered',
  lane: 'people',
  weight: 3,
  async run(rig, random, signal) {
    const names = [...new Set(GROUPS.flat())];
    const name = names[random.below(names.length)] ?? '';
    const agentId = rig.seeded.agents[name]?.id ?? '';
    const way = random.weighted<Way>({ disabled: 3, credential: 3, role: 1 });
    if (way === 'disabled') await disable(rig, random, { name, agentId }, signal);
    if (way === 'credential') return `${name}, ${await changeCredential(rig, name, agentId)}`;
    if (way === 'role') {
      changed(rig).add(agentId);
      await setAgent(rig, agentId, { role: 'admin' });
      await hold(between(random, 300, 1_500), signal);
      await setAgent(rig, agentId, { role: 'agent' });
      changed(rig).delete(agentId);
    }
    return `${name}, ${way}`;
  },
  async heal(rig) {
    for (const agentId of changed(rig)) await setAgent(rig, agentId, { state: 'active', role: 'agent' });
    changed(rig).clear();
  },
};
