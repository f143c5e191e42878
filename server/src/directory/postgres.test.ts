import { expect, test, vi } from 'vitest';
import { givenDirectory, PASSWORD } from './testing/directory.ts';

// Starting PGlite takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const caller = { ip: '203.0.113.9', userAgent: 'test' };

test('what is written here reads the same on Postgres', async () => {
  await using at = await givenDirectory('pglite');
  const key = (await at.directory.issueKey()) ?? '';
  const founding = {
    organisation: 'Paper',
    admin: { name: 'Mara', email: 'mara@fernhill.example', password: PASSWORD },
  };
  await at.directory.setUp({ ...founding, key, inbox: { name: 'Hello' } }, caller);
  await expect(at.directory.found(founding)).rejects.toMatchObject({ code: 'conflict' });
  const admin = { agentId: (await at.directory.signIn(founding.admin, caller)).me.id };
  const team = await at.directory.createTeam(admin, { name: 'Workshop' });
  const other = {
    kind: 'person',
    name: 'Wen',
    email: 'wen@fernhill.example',
    externalId: 'iss_1:u-1',
  } as const;
  const wen = await at.directory.createAgent(admin, { ...other, teamIds: [team.id], password: PASSWORD });
  for (const [twin, path] of [
    [{ ...other, externalId: 'iss_1:u-2' }, 'email'],
    [{ ...other, email: 'wen2@fernhill.example' }, 'externalId'],
  ] as const) {
    await expect(at.directory.createAgent(admin, twin)).rejects.toMatchObject({
      details: { issues: [{ path }] },
    });
  }
  await expect(
    at.directory.createInbox(admin, { name: 'Hello', teamId: team.id, apiCode: 'hello' }),
  ).rejects.toMatchObject({
    details: { issues: [{ path: 'apiCode' }] },
  });
  const inbox = await at.directory.createInbox(admin, { name: 'Hello', teamId: team.id });
  expect(inbox.apiCode).toBe('hello-2');
  await at.directory.putMember(admin, inbox.id, wen.id, { capability: 'manage' });
  const created = await at.directory.createApiKey({ agentId: wen.id }, { name: 'CRM' });
  const verified = await at.directory.verifyToken(created.key);
  expect(await at.directory.apiKeys({ agentId: wen.id })).toMatchObject([{ id: created.id }]);
  const issuer = {
    name: 'Shop',
    kind: 'hs256',
    secret: 'x'.repeat(32),
    issuer: 'shop',
    audience: 'latchbox',
  } as const;
  const made = await at.directory.createIssuer(admin, {
    ...issuer,
    allowedOrigins: ['https://shop.example'],
    trustEmail: true,
  });
  expect(await at.directory.issuers(admin)).toEqual([made]);
  expect(await at.directory.originAllowed('https://shop.example')).toBe(true);
  await at.directory.endIssuer(admin, made.id);
  await at.directory.changeAgent(admin, wen.id, { role: 'admin' });
  expect(await at.directory.stillValid(verified)).toBe(false);
  await at.directory.changeAgent(admin, wen.id, { state: 'deactivated' });
  await expect(at.directory.verifyToken(created.key)).rejects.toMatchObject({ code: 'unauthenticated' });
  await expect(at.directory.changeAgent(admin, admin.agentId, { role: 'agent' })).rejects.toMatchObject({
    code: 'refused',
    details: { rule: 'user_last_admin' },
  });
  await at.directory.removeFromTeam(admin, team.id, wen.id);
  expect(await at.directory.members(admin, inbox.id)).toEqual([]);
  expect((await at.directory.teams(admin)).find(({ id }) => id === team.id)?.agentIds).toEqual([]);
  expect(await at.directory.agents(admin)).toMatchObject([
    { name: 'Mara', state: 'active' },
    { name: 'Wen', state: 'deactivated' },
  ]);
});

test('a NUL, which Postgres takes in no text, makes nobody of a name and no error of the server (C39)', async () => {
  await using at = await givenDirectory('pglite');
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'HS256' })}.${part({ iss: 'shop\u0000', sub: 'u' })}.x`;
  await expect(at.directory.verifyToken(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  const who = { email: 'mara\u0000@fernhill.example', password: PASSWORD };
  await expect(at.directory.signIn(who, caller)).rejects.toMatchObject({ code: 'unauthenticated' });
  const agent = { ...caller, userAgent: 'a\u0000b' };
  await expect(at.directory.signIn({ ...who, email: 'x' }, agent)).rejects.toMatchObject({
    code: 'unauthenticated',
  });
});
