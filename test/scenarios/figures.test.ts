/** What a server tells whoever runs it: figures that count what happened, and log lines that name what went wrong. */

import { randomUUID } from 'node:crypto';
import { PROTOCOL_VERSION } from '@latchbox/shared';
import { createAgent } from '@latchbox/shared/http/agents';
import { io } from 'socket.io-client';
import { expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { restClient, signInOver } from '../tools/rest-client.ts';
import { refusal, toldOf } from '../tools/scenario.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

const TOKEN = 'a token for whoever asks for figures';

/** The value of one line of /metrics; 0 where there is none. */
async function figures(world: World): Promise<(line: string) => number> {
  const answer = await fetch(`${world.server().url}/metrics`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  expect(answer.status).toBe(200);
  const lines = new Map(
    (await answer.text()).split('\n').map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
  return (line) => lines.get(line) ?? 0;
}

test('the figures count locks, idle pings, refusals, sends and what waits', async () => {
  await using world = await startWorld({
    env: { METRICS_TOKEN: TOKEN },
    seed: {
      inboxes: {
        orders: { lockOn: 'open', times: { ...SHORT, idleAfter: 500, idleGrace: 20_000 }, conversations: 2 },
      },
      agents: { ann: {}, ben: {} },
    },
  });
  const customer = await world.customer('orders');
  const id = customer.conversationId;
  const ann = await world.connect('ann');
  const ben = await world.connect('ben');
  await ben.wire.subscribe(world.stream('orders'));
  expect((await fetch(`${world.server().url}/metrics`)).status).toBe(404);
  const before = await figures(world);
  expect(before('latchbox_locks_held')).toBe(0);

  const first = await ann.acquire(id);
  await refusal('lock_held', ben.acquire(id));
  await toldOf(ben, 'lock.changed', id, ({ step }) => step === 'idle_due');
  await ann.stay(id, first.fence);
  await ann.send(id, { fence: first.fence, lastSeen: 1 });
  await customer.writes('One thing more');
  await refusal('thread_moved_on', ann.send(id, { fence: first.fence, lastSeen: 2 }));
  const held = await figures(world);
  expect(held('latchbox_locks_held')).toBe(1);
  await ann.release(id, first.fence);
  const second = await ben.acquire(id);
  await refusal('lock_lost', ann.send(id, { fence: first.fence, lastSeen: 3 }));
  await ben.release(id, second.fence, 'declined');
  await eventually(
    'the reply is sent',
    () => world.rows(`SELECT 1 FROM outbox WHERE state = 'sent'`).length === 1,
  );

  const now = await figures(world);
  const counted = {
    latchbox_lock_grants_total: 2,
    'latchbox_lock_ends_total{reason="released"}': 1,
    'latchbox_lock_ends_total{reason="declined"}': 1,
    latchbox_idle_pings_total: 1,
    'latchbox_idle_answers_total{answer="kept"}': 1,
    'latchbox_idle_answers_total{answer="no"}': 1,
    'latchbox_refusals_total{via="socket",call="lock.acquire",code="lock_held"}': 1,
    'latchbox_refusals_total{via="socket",call="reply.send",code="thread_moved_on"}': 1,
    'latchbox_refusals_total{via="rest",call="metrics",code="not_found"}': 1,
    'latchbox_sends_total{result="stored"}': 1,
    'latchbox_sends_total{result="thread_moved_on"}': 1,
    'latchbox_sends_total{result="lock_lost"}': 1,
    'latchbox_fence_refusals_total{reason="released"}': 1,
    latchbox_stopped_sends_total: 1,
    'latchbox_outbox_attempts_total{result="sent"}': 1,
    latchbox_outbox_ambiguous_total: 0,
    'latchbox_outbox_messages{state="queued"}': 0,
    latchbox_sockets_signed_in: 2,
    latchbox_socket_buffered_bytes: 0,
    'latchbox_role{role="web"}': 1,
  };
  for (const [line, value] of Object.entries(counted)) expect(now(line), line).toBe(value);
  expect(now('latchbox_pump_lag_seconds_count')).toBeGreaterThan(5);
  expect(now('latchbox_nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
});

test('whatever is refused has one log line with the id that the caller saw, slow ones have one, and none holds a secret', async () => {
  const password = `a pass phrase ${randomUUID()}`;
  await using world = await startWorld({
    env: {
      METRICS_TOKEN: TOKEN,
      LOG_LEVEL: 'debug',
      LOG_SLOW_MS: '1',
      // Nobody listens there: what it says about that must not hold the password either.
      SMTP_URL: 'smtp://relay:very-secret-relay@127.0.0.1:9',
    },
    seed: {
      inboxes: {
        orders: { lockOn: 'open', times: SHORT, conversations: 2, addresses: ['orders@shop.example'] },
      },
      agents: { ann: {}, mia: { role: 'admin', capability: 'manage' } },
    },
  });
  const { url, lines } = world.server();
  const secrets = [password, TOKEN, 'very-secret-relay', world.agent('ann').token, world.agent('mia').token];
  await world.rest('mia').call(createAgent, {
    body: { name: 'Nell', email: 'nell@shop.example', role: 'agent', password },
  });
  const { token } = await signInOver(restClient(url, null), { email: 'nell@shop.example', password });
  const ann = await world.connect('ann');
  const { fence } = await ann.acquire(world.conversation('orders'));
  const resumed = await world.connect('ann', { resume: ann.wire.session });
  await resumed.send(world.conversation('orders'), { fence, lastSeen: 1 });
  secrets.push(token, ann.wire.session.key);

  const seen: string[] = [];
  const ask = async (path: string, init: RequestInit): Promise<void> => {
    const answer = await fetch(url + path, init);
    const { error } = (await answer.json()) as { error: { requestId: string } };
    expect(answer.headers.get('x-request-id')).toBe(error.requestId);
    seen.push(error.requestId);
  };
  const json = { 'content-type': 'application/json' };
  await ask('/api/me', {});
  await ask(`/api/me?token=${token}`, {});
  await ask('/api/sign-in', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ email: 'nell@shop.example', password: `${password}!` }),
  });
  await ask('/api/sign-in', { method: 'POST', headers: json, body: `{"password": "${password}"` });
  await ask('/api/nothing-of-that-name', { headers: { authorization: `Bearer ${token}` } });
  const raw = io(url, { transports: ['websocket'], forceNew: true });
  const say = async (name: string, input: object): Promise<{ error?: { requestId: string } }> =>
    (await raw.timeout(5_000).emitWithAck(name, input)) as { error?: { requestId: string } };
  const key = world.agent('ann').token;
  await say('hello', {
    token: key,
    protocol: PROTOCOL_VERSION,
    client: 'test/1',
    device: 'raw',
    resume: null,
  });
  const refused = [
    await say('lock.acquire', { conversationId: world.conversation('orders'), requestId: randomUUID() }),
    await say('reply.send', { token, key: ann.wire.session.key }),
    await say('no.such.command', {}),
  ];
  for (const answer of refused) seen.push(answer.error?.requestId ?? 'not refused');
  raw.disconnect();
  secrets.push(
    ...world
      .rows<{ secret: string }>('SELECT lease_token AS secret FROM lock_epochs')
      .map(({ secret }) => secret),
    ...world
      .rows<{ secret: string }>(`SELECT value AS secret FROM meta WHERE key = 'token_secret'`)
      .map(({ secret }) => secret),
  );

  await eventually('the last line is written', () => lines.some((line) => line.includes(seen.at(-1) ?? '')));
  for (const requestId of seen) {
    const about = lines.filter((line) => line.includes(requestId) && line.includes('"code":'));
    expect(about, requestId).toHaveLength(1);
    expect(JSON.parse(about[0] ?? '')).toMatchObject({ requestId, code: expect.any(String) });
  }
  expect(lines.some((line) => /A (request|command) was slow/.test(line) && line.includes('"tookMs":'))).toBe(
    true,
  );
  expect(secrets.filter((secret) => secret.length < 10)).toEqual([]);
  for (const secret of secrets) expect(lines.filter((line) => line.includes(secret))).toEqual([]);
});
