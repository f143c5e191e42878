import { expect, test } from 'vitest';
import { PASSWORD } from '../directory/testing/directory.ts';
import { codeOf, startTestHttp } from './testing/server.ts';

test('an admin sets up a team, its agents and its inbox', async () => {
  await using at = await startTestHttp();
  const mara = (method: string, path: string, body?: unknown) =>
    at.ask(method, path, { token: at.tokens.mara, body });
  const team = await mara('POST', '/api/teams', { name: 'Workshop' });
  expect([team.status, team.body]).toEqual([201, { id: expect.any(String), name: 'Workshop', agentIds: [] }]);
  const teamId = String(team.body['id']);
  // With two teams the choice is nobody's but the admin's.
  expect((await mara('POST', '/api/inboxes', { name: 'Bindery' })).error).toMatchObject({
    code: 'invalid',
    details: { issues: [{ path: 'teamId' }] },
  });
  const inbox = await mara('POST', '/api/inboxes', {
    name: 'Bindery',
    teamId,
    lockOn: 'compose',
    times: { idleAfter: 1_000 },
  });
  expect([inbox.status, inbox.body]).toEqual([
    201,
    expect.objectContaining({
      apiCode: 'bindery',
      lockOn: 'compose',
      capability: null,
      times: expect.objectContaining({ idleAfter: 1_000 }),
    }),
  ]);
  const agent = await mara('POST', '/api/agents', {
    name: 'Wen',
    email: 'Wen@fernhill.example',
    password: PASSWORD,
  });
  expect(agent.body).toMatchObject({
    kind: 'person',
    role: 'agent',
    email: 'wen@fernhill.example',
    state: 'active',
  });
  expect(agent.text).not.toMatch(/argon2|password/i);
  const wen = String(agent.body['id']);
  expect(
    (await mara('PUT', `/api/inboxes/bindery/members/${wen}`, { capability: 'reply' })).error,
  ).toMatchObject({ code: 'invalid' });
  expect((await mara('PUT', `/api/teams/${teamId}/agents/${wen}`)).status).toBe(204);
  expect(
    (await mara('PUT', `/api/inboxes/bindery/members/${wen}`, { capability: 'reply' })).body,
  ).toMatchObject({ capability: 'reply' });
  const signedIn = await at.signIn('wen@fernhill.example');
  const mine = await at.ask('GET', '/api/inboxes', { token: String(signedIn.body['token']) });
  expect(mine.body).toMatchObject({ inboxes: [{ apiCode: 'bindery', capability: 'reply' }] });
  expect((await mara('GET', '/api/inboxes/bindery/members')).body).toMatchObject({
    members: [{ agentId: wen, name: 'Wen' }],
  });
  expect((await mara('GET', '/api/inboxes?scope=all')).body['inboxes']).toHaveLength(3);
  expect((await mara('GET', '/api/inboxes')).body['inboxes']).toHaveLength(0);
  expect((await mara('GET', '/api/teams')).body['teams']).toHaveLength(2);
  expect((await mara('GET', '/api/agents')).text).not.toContain('argon2');
});

test('everything an admin may, others may not', async () => {
  await using at = await startTestHttp();
  const calls: [string, string, unknown?][] = [
    ['GET', '/api/inboxes?scope=all'],
    ['POST', '/api/inboxes', { name: 'Mine' }],
    ['PATCH', '/api/inboxes/orders', { name: 'Mine' }],
    ['PUT', `/api/inboxes/orders/members/${at.anna.id}`, { capability: 'manage' }],
    ['DELETE', `/api/inboxes/orders/members/${at.ben.id}`],
    ['GET', '/api/teams'],
    ['POST', '/api/teams', { name: 'Mine' }],
    ['PATCH', `/api/teams/${at.teamId}`, { name: 'Mine' }],
    ['PUT', `/api/teams/${at.teamId}/agents/${at.anna.id}`],
    ['DELETE', `/api/teams/${at.teamId}/agents/${at.ben.id}`],
    ['GET', '/api/agents'],
    ['POST', '/api/agents', { name: 'Eve', email: 'eve@example.com', role: 'admin', password: PASSWORD }],
    ['PATCH', `/api/agents/${at.anna.id}`, { role: 'admin' }],
    ['POST', '/api/api-keys', { name: 'x', agentId: at.ben.id }],
    ['GET', '/api/token-issuers'],
    [
      'POST',
      '/api/token-issuers',
      { name: 'x', kind: 'hs256', secret: 'x'.repeat(40), issuer: 'x', audience: 'x', allowedOrigins: [] },
    ],
    ['DELETE', '/api/token-issuers/iss_x'],
  ];
  for (const [method, path, body] of calls) {
    expect(codeOf(await at.ask(method, path, { token: at.tokens.anna, body })), `${method} ${path}`).toBe(
      'forbidden',
    );
  }
});

test('API keys are shown once and make no further keys', async () => {
  await using at = await startTestHttp();
  const created = await at.ask('POST', '/api/api-keys', { token: at.tokens.mara, body: { name: 'CRM' } });
  expect([created.status, created.body]).toMatchObject([
    201,
    { name: 'CRM', agentId: at.admin.agentId, lastUsedAt: null },
  ]);
  const key = String(created.body['key']);
  expect((await at.ask('GET', '/api/me', { token: key })).body).toMatchObject({
    me: { id: at.admin.agentId },
  });
  expect((await at.ask('GET', '/api/api-keys', { token: at.tokens.mara })).text).not.toContain(key);
  expect(codeOf(await at.ask('POST', '/api/api-keys', { token: key, body: { name: 'more' } }))).toBe(
    'forbidden',
  );
  const issuer = {
    name: 'x',
    kind: 'hs256',
    secret: 'x'.repeat(40),
    issuer: 'x',
    audience: 'x',
    allowedOrigins: [],
  };
  expect(
    codeOf(await at.ask('POST', '/api/token-issuers', { token: key, body: { ...issuer, trustEmail: true } })),
  ).toBe('forbidden');
  const id = String(created.body['id']);
  expect(codeOf(await at.ask('DELETE', `/api/api-keys/${id}`, { token: at.tokens.anna }))).toBe('not_found');
  expect((await at.ask('DELETE', `/api/api-keys/${id}`, { token: at.tokens.mara })).status).toBe(204);
  expect(codeOf(await at.ask('GET', '/api/me', { token: key }))).toBe('unauthenticated');
  expect(at.logged.join('\n')).not.toContain(key);
});

test('the secret of a token issuer is never shown', async () => {
  await using at = await startTestHttp();
  const body = {
    name: 'Shop',
    kind: 'hs256',
    secret: 'a secret that is shared with the shop',
    issuer: 'https://shop.example',
    audience: 'latchbox',
    allowedOrigins: ['https://shop.example'],
  };
  const created = await at.ask('POST', '/api/token-issuers', { token: at.tokens.mara, body });
  expect([created.status, created.body]).toMatchObject([
    201,
    { jwksUrl: null, trustEmail: false, allowedOrigins: ['https://shop.example'] },
  ]);
  const listed = await at.ask('GET', '/api/token-issuers', { token: at.tokens.mara });
  for (const text of [created.text, listed.text, at.logged.join('\n')])
    expect(text).not.toContain(body.secret);
  for (const origin of [
    'https://shop.example/',
    'shop.example',
    '*',
    'javascript:x',
    'https://*.example',
    'null',
  ]) {
    const refused = await at.ask('POST', '/api/token-issuers', {
      token: at.tokens.mara,
      body: { ...body, allowedOrigins: [origin] },
    });
    expect(codeOf(refused), origin).toBe('invalid');
  }
  expect(
    (await at.ask('DELETE', `/api/token-issuers/${String(created.body['id'])}`, { token: at.tokens.mara }))
      .status,
  ).toBe(204);
});

test('a change of membership is felt by the very next call', async () => {
  await using at = await startTestHttp();
  const path = `/api/conversations/${at.conversationId}`;
  const note = () =>
    at.ask('POST', `${path}/replies`, {
      token: at.tokens.anna,
      body: { clientId: 'reply-number-1', body: 'Hello' },
    });
  await at.ask('PUT', `/api/inboxes/orders/members/${at.anna.id}`, {
    token: at.tokens.mara,
    body: { capability: 'read' },
  });
  expect(codeOf(await note())).toBe('forbidden');
  await at.ask('DELETE', `/api/inboxes/orders/members/${at.anna.id}`, { token: at.tokens.mara });
  expect(codeOf(await note())).toBe('not_found');
  await at.ask('PATCH', `/api/agents/${at.anna.id}`, {
    token: at.tokens.mara,
    body: { state: 'deactivated' },
  });
  expect(codeOf(await note())).toBe('unauthenticated');
});
