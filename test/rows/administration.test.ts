import { changeAgent, createAgent } from '@latchbox/shared/http/agents';
import { createApiKey, revokeApiKey } from '@latchbox/shared/http/api-keys';
import { listInboxes, putMember } from '@latchbox/shared/http/inboxes';
import { signIn } from '@latchbox/shared/http/sign-in';
import { live, ready } from '@latchbox/shared/http/system';
import { RESOURCES } from '@latchbox/shared/http/index';
import { addToTeam } from '@latchbox/shared/http/teams';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { restClient, signInOver } from '../tools/rest-client.ts';
import { refusal, toldEnd } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';
import { lockIs, opened, people, shows } from './stage.ts';

const PASSWORD = 'a pass phrase of some length';

let world: World;

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: { front: { lockOn: 'open', times: SHORT, conversations: 3 } },
      agents: { ana: {}, ben: {}, mia: { role: 'admin', capability: 'manage' } },
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

/** A new member of the inbox, signed in with a password. */
async function newAgent(name: string, role: 'agent' | 'admin' = 'agent') {
  const admin = world.rest('mia');
  const { teamId, inboxId } = world.seeded.inboxes['front'] ?? { teamId: '', inboxId: '' };
  const email = `${name}@shop.example`;
  const { id } = await admin.call(createAgent, { body: { name, email, role, password: PASSWORD } });
  await admin.call(addToTeam, { params: { team: teamId, agent: id } });
  await admin.call(putMember, { params: { inbox: inboxId, agent: id }, body: { capability: 'reply' } });
  const answer = await signInOver(restClient(world.server().url, null), { email, password: PASSWORD });
  return { id, email, token: answer.token };
}

test('T6: the delivery of a reply is shown from queued to sent, to every viewer', async () => {
  await using sdk = people(world);
  const customer = await world.customer('front');
  const [hers, his] = [
    await opened(await sdk.join('ana'), customer.conversationId),
    await opened(await sdk.join('ben'), customer.conversationId, 'none'),
  ];
  await lockIs(hers, 'mine');
  expect((await hers.reply({ body: 'On its way' }).confirmed).delivery).toEqual({ state: 'queued' });
  await shows('sent', his, ({ entries }) => {
    const last = entries.at(-1);
    return last?.kind === 'reply' && last.delivery.state === 'sent';
  });
  expect(await customer.sees()).toEqual(['On its way']);
});

test('T8: the OpenAPI document names every call; an API key works until it is revoked, and makes no further keys', async () => {
  const url = world.server().url;
  const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const missing = Object.values(RESOURCES)
    .flatMap((resource) => Object.values(resource) as { path: string; method: string }[])
    .filter(({ path, method }) => document.paths[path]?.[method.toLowerCase()] === undefined);
  expect(missing).toEqual([]);
  const kim = await newAgent('kim');
  const mine = restClient(url, kim.token);
  const { id, key } = await mine.call(createApiKey, { body: { name: 'A script' } });
  const script = restClient(url, key);
  expect((await script.call(listInboxes)).inboxes).toMatchObject([{ name: 'front' }]);
  await refusal('forbidden', script.call(createApiKey, { body: { name: 'Another' } }));
  await mine.call(revokeApiKey, { params: { key: id } });
  await refusal('unauthenticated', script.call(listInboxes));
});

test('T9: administrative acts are in the audit log with who did them, refused ones too', async () => {
  const before = world.rows<{ n: number }>('SELECT count(*) AS n FROM audit')[0]?.n ?? 0;
  await newAgent('lou');
  await refusal(
    'forbidden',
    world.rest('ana').call(createAgent, { body: { name: 'x', email: 'x@shop.example' } }),
  );
  const lines = world
    .rows<{ actor: string; action: string }>('SELECT actor_id AS actor, action FROM audit ORDER BY rowid')
    .slice(before);
  expect(lines).toContainEqual({ actor: world.agent('mia').id, action: 'agent.created' });
  expect(
    lines.filter(
      ({ actor, action }) => actor === world.agent('ana').id && action.startsWith('agent.created'),
    ),
  ).toHaveLength(1);
});

test('T14: who is deactivated is signed out everywhere at once, and the lock is free', async () => {
  const pat = await newAgent('pat');
  await using rita = await world.connect('ben');
  await rita.wire.subscribe(world.stream('front'));
  await using sdk = people(world);
  const client = await sdk.join('ana', { auth: () => Promise.resolve(pat.token) });
  const hers = await opened(client, world.conversation('front', 1));
  const { lock } = await lockIs(hers, 'mine');
  await world.rest('mia').call(changeAgent, { params: { agent: pat.id }, body: { state: 'deactivated' } });
  expect((await toldEnd(rita, hers.id, lock.fence, 1_000 + SLACK)).reason).toMatch(/access_lost|signed_out/);
  await shows('thrown out', client.connection, ({ name }) => name === 'needs-auth');
  const again = restClient(world.server().url, null).call(signIn, {
    body: { email: pat.email, password: PASSWORD },
  });
  await refusal('unauthenticated', again);
});

test('P4: health, readiness and figures; a drain tells everybody to go, and ends in order', async () => {
  const rest = restClient(world.server().url, null);
  expect(await rest.call(live)).toEqual({ live: true });
  expect(await rest.call(ready)).toMatchObject({ ready: true });
  const figures = await fetch(`${world.server().url}/metrics`);
  expect(await figures.text()).toContain('latchbox_http_answers_total');
  const ana = await world.connect('ana');
  const ended = world.server().sigterm();
  await ana.wire.told(
    'goodbye',
    (item): item is Extract<typeof item, { t: 'goodbye' }> => item.t === 'goodbye',
  );
  expect(await ended).toEqual({ code: 0, signal: null });
  await eventually('the connection is closed', () => !ana.wire.connected);
});
