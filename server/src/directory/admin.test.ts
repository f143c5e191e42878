import { describe, expect, test, vi } from 'vitest';
import { audit, inboxes } from '../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import { apiCodeOf, freeApiCode } from './api-code.ts';
import { givenDirectory, givenStaff, PASSWORD, type DirectoryFixture } from './testing/directory.ts';

// Starting PGlite takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const caller = { ip: '203.0.113.9', userAgent: 'test' };

async function auditLines(
  at: DirectoryFixture,
): Promise<{ action: string; actorId: string | null; objectId: string }[]> {
  const lines = await at.db.read.select().from(audit);
  return lines.map(({ action, actorId, objectId }) => ({ action, actorId, objectId }));
}

describe.each(TEST_DIALECTS)('membership on %s', (dialect) => {
  test('a new member sees the inbox, and everybody is told', async () => {
    await using at = await givenDirectory(dialect);
    const { admin, ben, inboxId } = await givenStaff(at.directory);
    await expect(at.directory.inboxOf(ben.id, inboxId)).rejects.toMatchObject({ code: 'not_found' });
    await at.directory.putMember(admin, 'orders', ben.id, { capability: 'reply' });
    const inbox = await at.directory.inboxOf(ben.id, 'orders');
    expect(inbox).toMatchObject({ id: inboxId, apiCode: 'orders', capability: 'reply', lockOn: 'open' });
    expect(await at.directory.inboxesOf(ben.id)).toEqual([inbox]);
    expect(await at.events(`agent:${ben.id}`)).toEqual([{ type: 'inbox.visible', inbox }]);
    expect(await at.events(`inbox:${inboxId}`)).toContainEqual({
      type: 'member.changed',
      person: { id: ben.id, name: 'Ben' },
      capability: 'reply',
    });
    expect(await auditLines(at)).toContainEqual({
      action: 'inbox.member_put',
      actorId: admin.agentId,
      objectId: inboxId,
    });
  });

  test('removing a member ends the locks there, raises the version, and tells at once', async () => {
    await using at = await givenDirectory(dialect);
    const { admin, anna, inboxId } = await givenStaff(at.directory);
    const version = async () => (await at.db.read.select().from(inboxes))[0]?.memberVersion ?? 0;
    const before = await version();
    at.revoked.length = 0;
    await at.directory.removeMember(admin, inboxId, anna.id);
    expect(await version()).toBe(before + 1);
    expect(at.endedLocks).toEqual([
      { scope: { agentId: anna.id, inboxId }, reason: 'access_lost', by: admin.agentId },
    ]);
    expect(at.revoked).toEqual([{ agentId: anna.id, inboxId, signInId: null }]);
    expect(await at.directory.inboxesOf(anna.id)).toEqual([]);
    expect((await at.events(`agent:${anna.id}`)).at(-1)).toEqual({ type: 'inbox.hidden', inboxId });
    expect((await at.events(`inbox:${inboxId}`)).at(-1)).toMatchObject({
      type: 'member.changed',
      capability: null,
    });
    await expect(at.directory.removeMember(admin, inboxId, anna.id)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('lowering a capability below reply ends the locks, lowering it to reply does not', async () => {
    await using at = await givenDirectory(dialect);
    const { admin, anna, inboxId } = await givenStaff(at.directory);
    await at.directory.putMember(admin, inboxId, anna.id, { capability: 'manage' });
    await at.directory.putMember(admin, inboxId, anna.id, { capability: 'reply' });
    expect(at.endedLocks).toEqual([]);
    await at.directory.putMember(admin, inboxId, anna.id, { capability: 'read' });
    expect(at.endedLocks).toEqual([
      { scope: { agentId: anna.id, inboxId }, reason: 'access_lost', by: admin.agentId },
    ]);
    const told = at.revoked.length;
    await at.directory.putMember(admin, inboxId, anna.id, { capability: 'read' });
    expect(at.revoked).toHaveLength(told);
  });

  test('members come from the team, and who leaves the team leaves its inboxes', async () => {
    await using at = await givenDirectory(dialect);
    const { admin, anna, inboxId, teamId } = await givenStaff(at.directory);
    const stranger = await at.directory.createAgent(admin, {
      kind: 'person',
      name: 'Cy',
      email: 'cy@fernhill.example',
    });
    const refused = [stranger.id, 'agt_nobody'].map((id) =>
      at.directory.putMember(admin, inboxId, id, { capability: 'reply' }).catch((error: unknown) => error),
    );
    const [one, two] = await Promise.all(refused);
    expect(one).toMatchObject({ code: 'invalid', details: { issues: [{ path: 'agent' }] } });
    expect(two).toEqual(one);
    await at.directory.addToTeam(admin, teamId, stranger.id);
    await at.directory.putMember(admin, inboxId, stranger.id, { capability: 'reply' });
    await at.directory.removeFromTeam(admin, teamId, anna.id);
    expect(await at.directory.inboxesOf(anna.id)).toEqual([]);
    expect(at.revoked).toContainEqual({ agentId: anna.id, inboxId, signInId: null });
  });
});

test('whoever is no admin administers nothing, and leaves a line in the audit', async () => {
  await using at = await givenDirectory();
  const { anna, ben, inboxId, teamId } = await givenStaff(at.directory);
  const actor = { agentId: anna.id };
  const agent = {
    kind: 'person',
    name: 'Eve',
    email: 'eve@fernhill.example',
    role: 'admin',
    password: PASSWORD,
  } as const;
  const tries: Record<string, () => Promise<unknown>> = {
    'inbox.created': () => at.directory.createInbox(actor, { name: 'Mine' }),
    'inbox.changed': () => at.directory.changeInbox(actor, inboxId, { name: 'Mine' }),
    'inbox.member_put': () => at.directory.putMember(actor, inboxId, ben.id, { capability: 'manage' }),
    'inbox.member_removed': () => at.directory.removeMember(actor, inboxId, anna.id),
    'team.created': () => at.directory.createTeam(actor, { name: 'Mine' }),
    'team.changed': () => at.directory.changeTeam(actor, teamId, { name: 'Mine' }),
    'team.agent_added': () => at.directory.addToTeam(actor, teamId, anna.id),
    'team.agent_removed': () => at.directory.removeFromTeam(actor, teamId, ben.id),
    'agent.created': () => at.directory.createAgent(actor, agent),
    'agent.changed': () => at.directory.changeAgent(actor, anna.id, { role: 'admin' }),
    'api_key.created': () => at.directory.createApiKey(actor, { name: 'x', agentId: ben.id }),
    'token_issuer.created': () =>
      at.directory.createIssuer(actor, {
        name: 'x',
        kind: 'hs256',
        secret: 'x'.repeat(40),
        issuer: 'x',
        audience: 'x',
        allowedOrigins: [],
        trustEmail: true,
      }),
    'token_issuer.ended': () => at.directory.endIssuer(actor, 'iss_x'),
  };
  for (const [action, attempt] of Object.entries(tries)) {
    await expect(attempt(), action).rejects.toMatchObject({ code: 'forbidden' });
    expect(
      (await auditLines(at)).map((line) => line.action),
      action,
    ).toContain(`${action}.refused`);
  }
  for (const read of ['allInboxes', 'teams', 'agents', 'issuers'] as const) {
    await expect(at.directory[read](actor), read).rejects.toMatchObject({ code: 'forbidden' });
  }
  expect(await at.directory.inboxesOf(anna.id)).toMatchObject([{ name: 'Orders', capability: 'reply' }]);
});

test('an inbox that is not mine and one that is not there answer alike', async () => {
  await using at = await givenDirectory();
  const { ben, inboxId } = await givenStaff(at.directory);
  const actor = { agentId: ben.id };
  const calls = (ref: string) => [
    () => at.directory.inboxOf(ben.id, ref),
    () => at.directory.inboxIds(ben.id, [ref]),
    () => at.directory.members(actor, ref),
    () => at.directory.changeInbox(actor, ref, { name: 'Mine' }),
    () => at.directory.putMember(actor, ref, ben.id, { capability: 'manage' }),
    () => at.directory.removeMember(actor, ref, ben.id),
  ];
  for (const ref of [inboxId, 'orders', 'ibx_nothere', 'not-there']) {
    for (const call of calls(ref))
      await expect(call(), ref).rejects.toEqual(expect.objectContaining({ code: 'not_found', details: {} }));
  }
});

test('a member who manages an inbox may change it, and nothing beyond', async () => {
  await using at = await givenDirectory();
  const { admin, anna, ben, inboxId } = await givenStaff(at.directory);
  await at.directory.putMember(admin, inboxId, anna.id, { capability: 'manage' });
  const actor = { agentId: anna.id };
  await at.directory.putMember(actor, inboxId, ben.id, { capability: 'read' });
  const changed = await at.directory.changeInbox(actor, 'orders', {
    lockOn: 'compose',
    times: { idleAfter: 5_000 },
  });
  expect(changed).toMatchObject({
    lockOn: 'compose',
    capability: 'manage',
    times: { idleAfter: 5_000, lockTtl: 30_000 },
  });
  expect((await at.events(`inbox:${inboxId}`)).at(-1)).toMatchObject({
    type: 'inbox.changed',
    inbox: { lockOn: 'compose' },
  });
  await expect(at.directory.createInbox(actor, { name: 'Mine' })).rejects.toMatchObject({
    code: 'forbidden',
  });
});

test('the grace may be two thirds of the time to live, and no more', async () => {
  await using at = await givenDirectory();
  const { admin, inboxId } = await givenStaff(at.directory);
  await at.directory.changeInbox(admin, inboxId, { times: { lockTtl: 9_000, reconnectGrace: 6_000 } });
  for (const times of [{ reconnectGrace: 6_001 }, { lockTtl: 8_999 }]) {
    await expect(at.directory.changeInbox(admin, inboxId, { times })).rejects.toMatchObject({
      code: 'invalid',
      details: { issues: [{ path: 'times.reconnectGrace' }] },
    });
  }
});

test('API codes come from the name, are unique, and can be edited', async () => {
  expect(apiCodeOf('Büro & Lager')).toBe('buro-lager');
  expect(apiCodeOf('日本')).toBe('inbox');
  expect(apiCodeOf('--A--')).toBe('a');
  expect(apiCodeOf('x'.repeat(200)).length).toBeLessThanOrEqual(44);
  expect(freeApiCode('orders', ['orders', 'orders-2'])).toBe('orders-3');
  await using at = await givenDirectory();
  const { admin, inboxId } = await givenStaff(at.directory);
  expect((await at.directory.createInbox(admin, { name: 'Orders!' })).apiCode).toBe('orders-2');
  const three = await Promise.all([1, 2, 3].map(() => at.directory.createInbox(admin, { name: 'Orders' })));
  expect(new Set(three.map(({ apiCode }) => apiCode)).size).toBe(3);
  await expect(at.directory.createInbox(admin, { name: 'More', apiCode: 'orders' })).rejects.toMatchObject({
    code: 'invalid',
    details: { issues: [{ path: 'apiCode', message: 'is already in use' }] },
  });
  await at.directory.changeInbox(admin, inboxId, { apiCode: 'shop' });
  expect((await at.directory.allInboxes(admin)).map(({ apiCode }) => apiCode)).toContain('shop');
});

test('deactivating, locking and a lowered role reach open sign-ins', async () => {
  await using at = await givenDirectory();
  const { admin, anna, ben } = await givenStaff(at.directory);
  const verifiedOf = async (name: string) => {
    const signedIn = await at.directory.signIn(
      { email: `${name}@fernhill.example`, password: PASSWORD },
      caller,
    );
    return { signedIn, verified: await at.directory.verifyToken(signedIn.token) };
  };
  const one = await verifiedOf('anna');
  await at.directory.changeAgent(admin, anna.id, { state: 'locked' });
  expect(await at.directory.stillValid(one.verified)).toBe(false);
  await expect(at.directory.refresh(one.signedIn.refreshToken)).rejects.toMatchObject({
    code: 'unauthenticated',
  });
  expect(at.endedLocks.at(-1)).toEqual({
    scope: { agentId: anna.id },
    reason: 'access_lost',
    by: admin.agentId,
  });

  await at.directory.changeAgent(admin, ben.id, { role: 'admin' });
  const two = await verifiedOf('ben');
  await at.directory.changeAgent(admin, ben.id, { role: 'agent' });
  expect(await at.directory.stillValid(two.verified)).toBe(false);
  expect(at.revoked.at(-1)).toEqual({ agentId: ben.id, inboxId: null, signInId: null });
  const renewed = await at.directory.verifyToken(
    (await at.directory.refresh(two.signedIn.refreshToken)).token,
  );
  expect(renewed.agent.role).toBe('agent');
  await at.directory.changeAgent(admin, ben.id, { state: 'deactivated' });
  expect(await at.directory.stillValid(renewed)).toBe(false);
  await at.directory.changeAgent(admin, ben.id, { state: 'active' });
  expect(await at.directory.stillValid(renewed)).toBe(false);
});

test('the last admin stays', async () => {
  await using at = await givenDirectory();
  const { admin, anna } = await givenStaff(at.directory);
  for (const change of [{ role: 'agent' }, { state: 'deactivated' }] as const) {
    const rule = 'state' in change ? 'user_is_yourself' : 'user_last_admin';
    await expect(at.directory.changeAgent(admin, admin.agentId, change)).rejects.toMatchObject({
      code: 'refused',
      details: { rule },
    });
  }
  await at.directory.changeAgent(admin, anna.id, { role: 'admin' });
  await at.directory.changeAgent(admin, admin.agentId, { role: 'agent' });
  await expect(at.directory.changeAgent(admin, anna.id, { role: 'agent' })).rejects.toMatchObject({
    code: 'forbidden',
  });
});

test('an address stands for one agent, in any case', async () => {
  await using at = await givenDirectory();
  const { admin } = await givenStaff(at.directory);
  await expect(
    at.directory.createAgent(admin, { kind: 'person', name: 'Twin', email: 'ANNA@fernhill.example' }),
  ).rejects.toMatchObject({
    code: 'invalid',
    details: { issues: [{ path: 'email', message: 'is already in use' }] },
  });
});

test('API keys act as their owner, are shown once, and end', async () => {
  await using at = await givenDirectory();
  const { admin, anna, ben } = await givenStaff(at.directory);
  const robot = await at.directory.createAgent(admin, { kind: 'system', name: 'Robot' });
  const created = await at.directory.createApiKey(admin, { name: 'CRM', agentId: robot.id });
  expect(created.key).toMatch(/^lbk_[\w-]{43}$/);
  const verified = await at.directory.verifyToken(created.key);
  expect(verified).toMatchObject({ agent: { id: robot.id, kind: 'system' }, signInId: null, endsAt: null });
  const listed = await at.directory.apiKeys(admin);
  expect(listed).toMatchObject([{ id: created.id, lastUsedAt: at.clock.now() }]);
  expect(JSON.stringify(listed)).not.toContain(created.key.slice(4));

  const own = await at.directory.createApiKey({ agentId: anna.id }, { name: 'Mine' });
  expect((await at.directory.verifyToken(own.key)).agent.id).toBe(anna.id);
  // Neither a colleague nor an admin sees, ends or makes somebody else's.
  await expect(at.directory.createApiKey(admin, { name: 'x', agentId: anna.id })).rejects.toMatchObject({
    code: 'forbidden',
  });
  for (const actor of [admin, { agentId: ben.id }]) {
    await expect(at.directory.revokeApiKey(actor, own.id)).rejects.toMatchObject({ code: 'not_found' });
  }
  expect(await at.directory.apiKeys({ agentId: ben.id })).toEqual([]);
  await at.directory.revokeApiKey(admin, created.id);
  expect(await at.directory.stillValid(verified)).toBe(false);
  await expect(at.directory.verifyToken(created.key)).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(at.revoked.at(-1)).toMatchObject({ agentId: robot.id });
});

describe('first set-up', () => {
  const input = {
    organisation: 'Fernhill Paper',
    admin: { name: 'Mara', email: 'mara@fernhill.example', password: PASSWORD },
    inbox: { name: 'Hello' },
  };

  test('works once, by the printed key', async () => {
    await using at = await givenDirectory();
    expect(await at.directory.organisation()).toBeUndefined();
    const old = (await at.directory.issueKey()) ?? '';
    const key = (await at.directory.issueKey()) ?? '';
    for (const wrong of [old, '', key.toUpperCase(), `${key} `]) {
      await expect(at.directory.setUp({ ...input, key: wrong }, caller)).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
    const weak = { ...input, key, admin: { ...input.admin, password: 'password123' } };
    await expect(at.directory.setUp(weak, caller)).rejects.toMatchObject({
      details: { issues: [{ path: 'admin.password' }] },
    });
    const twice = await Promise.allSettled(
      [1, 2, 3].map(() => at.directory.setUp({ ...input, key }, caller)),
    );
    expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(at.directory.setUp({ ...input, key }, caller)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await at.directory.issueKey()).toBeUndefined();
    expect(await at.directory.organisation()).toEqual({ name: 'Fernhill Paper' });
    const signedIn = await at.directory.signIn(input.admin, caller);
    expect(signedIn.me.role).toBe('admin');
    expect(await at.directory.inboxesOf(signedIn.me.id)).toMatchObject([
      { name: 'Hello', apiCode: 'hello', capability: 'manage' },
    ]);
  });

  test('cannot be guessed for long', async () => {
    await using at = await givenDirectory();
    await at.directory.issueKey();
    const codes: string[] = [];
    for (let round = 0; round < 25; round += 1) {
      await at.directory
        .setUp({ ...input, key: `guess ${round}` }, caller)
        .catch((error: { code: string }) => codes.push(error.code));
    }
    expect(codes.slice(0, 20).every((code) => code === 'forbidden')).toBe(true);
    expect(codes.slice(20).every((code) => code === 'rate_limited')).toBe(true);
  });
});
