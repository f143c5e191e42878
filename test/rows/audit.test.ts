import { changeAgent, createAgent } from '@latchbox/shared/http/agents';
import { listAudit } from '@latchbox/shared/http/audit';
import { changeInbox, putMember, removeMember } from '@latchbox/shared/http/inboxes';
import { changeTeam } from '@latchbox/shared/http/teams';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newClientId } from '../tools/history-client.ts';
import { refusal } from '../tools/scenario.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: { front: { lockOn: 'open', times: SHORT, conversations: 1 } },
      agents: { ana: {}, ben: {}, mia: { role: 'admin', capability: 'manage' } },
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

const person = (name: string) => ({ id: world.agent(name).id, name });
const read = (query: Record<string, string | number> = {}) => world.rest('mia').call(listAudit, { query });

test('T9: admins read who did what, when, and what it was before and after; take-overs and refusals too', async () => {
  const { inboxId, teamId } = world.seeded.inboxes['front'] ?? { inboxId: '', teamId: '' };
  const [mia, ana, ben] = [world.rest('mia'), person('ana'), person('ben')];
  const inbox = { inbox: inboxId };
  await mia.call(changeInbox, { params: inbox, body: { name: 'Counter', times: { idleAfter: 90_000 } } });
  await mia.call(changeTeam, { params: { team: teamId }, body: { name: 'Shop floor' } });
  await mia.call(changeAgent, { params: { agent: ben.id }, body: { name: 'Ben' } });
  await mia.call(putMember, { params: { ...inbox, agent: ben.id }, body: { capability: 'read' } });
  await mia.call(removeMember, { params: { ...inbox, agent: ben.id } });
  await refusal(
    'forbidden',
    world.rest('ana').call(createAgent, { body: { name: 'x', email: 'x@shop.example' } }),
  );
  const id = world.conversation('front');
  const [hers, admins] = [await world.connect('ana'), await world.connect('mia')];
  const { fence } = await hers.acquire(id);
  const take = { conversationId: id, requestId: newClientId(), note: 'urgent' };
  await admins.wire.call('lock.takeOver', take);

  const { entries } = await read();
  const by = (action: string) => entries.find((entry) => entry.action === action);
  expect(by('inbox.changed')).toMatchObject({
    actor: person('mia'),
    object: { type: 'inbox', id: inboxId },
    details: {
      before: { name: 'front', times: { idleAfter: SHORT.idleAfter } },
      after: { name: 'Counter', times: { idleAfter: 90_000 } },
    },
  });
  expect(by('team.changed')?.details).toMatchObject({ after: { name: 'Shop floor' } });
  expect(by('agent.changed')?.details).toEqual({
    before: { name: 'ben' },
    after: { name: 'Ben' },
    password: false,
  });
  expect(by('inbox.member_put')?.details).toEqual({
    agentId: ben.id,
    before: { capability: 'reply' },
    after: { capability: 'read' },
  });
  expect(by('inbox.member_removed')?.details).toEqual({
    agentId: ben.id,
    before: { capability: 'read' },
    after: { capability: null },
  });
  expect(by('agent.created.refused')?.actor).toEqual(ana);
  expect(by('lock.taken_over')).toMatchObject({
    actor: person('mia'),
    object: { type: 'conversation', id },
    details: { from: ana.id, fence, note: 'urgent' },
  });
  expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted((a, b) => b - a));
});

test('T9: page by page, by actor, action and time, as CSV; nobody but an admin', async () => {
  const all = (await read({ limit: 200 })).entries;
  expect(all.length).toBeGreaterThan(6);
  const paged: typeof all = [];
  for (let after: string | null = ''; after !== null; ) {
    const page = await read({ limit: 3, ...(after === '' ? {} : { after }) });
    expect(page.entries.length).toBeLessThanOrEqual(3);
    paged.push(...page.entries);
    after = page.next;
  }
  expect(paged).toEqual(all);
  const ana = person('ana').id;
  expect((await read({ actor: ana })).entries).toEqual(all.filter(({ actor }) => actor?.id === ana));
  const removed = (await read({ action: 'inbox.member_removed' })).entries;
  expect(removed.map(({ action }) => action)).toEqual(['inbox.member_removed']);
  const at = removed[0]?.at ?? 0;
  expect((await read({ from: at, to: at + 1 })).entries).toContainEqual(removed[0]);
  expect((await read({ action: 'inbox.member_removed', to: at })).entries).toEqual([]);
  await refusal('invalid', read({ action: "x' OR 1=1" }));

  const csv = async (agent: string) =>
    await fetch(`${world.server().url}/api/audit?format=csv&limit=1`, {
      headers: { authorization: `Bearer ${world.agent(agent).token}` },
    });
  const file = await csv('mia');
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(file.headers.get('content-disposition')).toContain('audit.csv');
  const lines = (await file.text()).trimEnd().split('\r\n');
  expect(lines[0]).toBe('at,actor,actor id,action,object,object id,details');
  // The whole log, not a page of it.
  expect(lines).toHaveLength(1 + all.length);
  expect(lines[1]).toContain(all[0]?.action);
  expect((await csv('ana')).status).toBe(403);
  await refusal('forbidden', world.rest('ana').call(listAudit));
});
