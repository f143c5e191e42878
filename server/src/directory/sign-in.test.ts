import { sql } from 'drizzle-orm';
import { SignJWT } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { getMeta } from '../database/meta.ts';
import { audit, signIns } from '../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import { callerKey } from './limits.ts';
import { createPasswords, passwordProblem } from './passwords.ts';
import { givenDirectory, givenStaff, PASSWORD } from './testing/directory.ts';

// Starting PGlite takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const caller = { ip: '203.0.113.9', userAgent: 'test' };
const anna = { email: 'anna@fernhill.example', password: PASSWORD };

describe.each(TEST_DIALECTS)('sign-in on %s', (dialect) => {
  test('answers a token that verifies, by an address in any case', async () => {
    await using at = await givenDirectory(dialect);
    const staff = await givenStaff(at.directory);
    const signedIn = await at.directory.signIn({ ...anna, email: ' ANNA@Fernhill.Example ' }, caller);
    expect(signedIn.endsAt).toBe(Math.floor(at.clock.now() / 1_000) * 1_000 + 15 * 60_000);
    const verified = await at.directory.verifyToken(signedIn.token);
    expect(verified).toEqual({
      agent: {
        id: staff.anna.id,
        name: 'Anna',
        email: 'anna@fernhill.example',
        role: 'agent',
        kind: 'person',
      },
      credential: { kind: 'sign_in', signInId: signedIn.signInId },
      signInId: signedIn.signInId,
      endsAt: signedIn.endsAt,
      allowedOrigins: null,
    });
    expect(await at.directory.stillValid(verified)).toBe(true);
    await at.clock.advance(15 * 60_000);
    expect(await at.directory.stillValid(verified)).toBe(false);
    await expect(at.directory.verifyToken(signedIn.token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('keeps no password and no refresh token in the database', async () => {
    await using at = await givenDirectory(dialect);
    await givenStaff(at.directory);
    const signedIn = await at.directory.signIn(anna, caller);
    const [row] = await at.db.read.select().from(signIns);
    const lines = await at.db.read.select().from(audit);
    const stored = JSON.stringify([row, lines]);
    for (const part of [...signedIn.refreshToken.split('.').slice(1), PASSWORD])
      expect(stored).not.toContain(part);
  });

  test('a refresh token is changed for its successor, and one that comes back late ends the sign-in', async () => {
    await using at = await givenDirectory(dialect);
    await givenStaff(at.directory);
    const first = await at.directory.signIn(anna, caller);
    const second = await at.directory.refresh(first.refreshToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    // A parallel tab, or one whose answer was lost, gets the very same successor.
    expect((await at.directory.refresh(first.refreshToken)).refreshToken).toBe(second.refreshToken);
    const third = await at.directory.refresh(second.refreshToken);
    const verified = await at.directory.verifyToken(third.token);
    // Postgres has its own clock: the change is made older instead of the time later.
    await at.db.inTransaction((tx) =>
      tx.db.update(signIns).set({ rotatedAt: sql`${signIns.rotatedAt} - 30001` }),
    );
    await expect(at.directory.refresh(second.refreshToken)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await expect(at.directory.refresh(third.refreshToken)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await at.directory.stillValid(verified)).toBe(false);
    await expect(at.directory.verifyToken(third.token)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(at.endedLocks).toEqual([{ scope: { signInId: first.signInId }, reason: 'signed_out', by: null }]);
    expect(at.revoked).toContainEqual({
      agentId: verified.agent.id,
      inboxId: null,
      signInId: first.signInId,
    });
  });

  test('the grandparent of a live refresh token ends the sign-in, a forged one does not', async () => {
    await using at = await givenDirectory(dialect);
    await givenStaff(at.directory);
    const first = await at.directory.signIn(anna, caller);
    const second = await at.directory.refresh(first.refreshToken);
    const third = await at.directory.refresh(second.refreshToken);
    const [id, secret, proof] = third.refreshToken.split('.');
    const forged = [`${id}.${'A'.repeat(43)}.${proof}`, `${id}.${secret}`, '', 'x'.repeat(10_000), `${id}..`];
    for (const text of forged) {
      await expect(at.directory.refresh(text)).rejects.toMatchObject({ code: 'unauthenticated' });
      await at.directory.signOut(text);
    }
    const fourth = await at.directory.refresh(third.refreshToken);
    await expect(at.directory.refresh(first.refreshToken)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(at.directory.refresh(fourth.refreshToken)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  test('twenty tabs that refresh at once all go on', async () => {
    await using at = await givenDirectory(dialect);
    await givenStaff(at.directory);
    const first = await at.directory.signIn(anna, caller);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => at.directory.refresh(first.refreshToken)),
    );
    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    await at.directory.refresh(answers[7]!.refreshToken);
  });

  test('signing out ends sign-in, sessions and locks once', async () => {
    await using at = await givenDirectory(dialect);
    await givenStaff(at.directory);
    const signedIn = await at.directory.signIn(anna, caller);
    const verified = await at.directory.verifyToken(signedIn.token);
    await at.directory.signOut(signedIn.refreshToken);
    await at.directory.signOut(signedIn.refreshToken);
    expect(at.endedLocks).toHaveLength(1);
    expect(await at.directory.stillValid(verified)).toBe(false);
    await expect(at.directory.refresh(signedIn.refreshToken)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });
});

test('unknown address, wrong password, deactivated, system actor and no password answer alike', async () => {
  await using at = await givenDirectory();
  const { admin, ben, teamId } = await givenStaff(at.directory);
  await at.directory.changeAgent(admin, ben.id, { state: 'deactivated' });
  await at.directory.createAgent(admin, {
    kind: 'person',
    name: 'Nora',
    email: 'nora@fernhill.example',
    teamIds: [teamId],
  });
  const answers = [];
  for (const [email, password] of [
    ['nobody@fernhill.example', PASSWORD],
    ['anna@fernhill.example', 'wrong password'],
    ['anna@fernhill.example', ''],
    ['ben@fernhill.example', PASSWORD],
    ['nora@fernhill.example', PASSWORD],
    ["' OR 1=1 --", PASSWORD],
    ['', PASSWORD],
  ] as const) {
    const error: unknown = await at.directory
      .signIn({ email, password }, caller)
      .catch((caught: unknown) => caught);
    answers.push(JSON.stringify(error) + String(error));
  }
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('unauthenticated');
});

test('a password check costs the same whether there is an account or not', async () => {
  const passwords = createPasswords();
  const stored = await passwords.hash(PASSWORD);
  const quickest = { known: Infinity, unknown: Infinity };
  // Taken in turns, and the quickest of each: other work on the machine must not decide.
  for (let round = 0; round < 8; round += 1) {
    for (const who of ['known', 'unknown'] as const) {
      const start = performance.now();
      expect(await passwords.matches(who === 'known' ? stored : null, 'some guess')).toBe(false);
      quickest[who] = Math.min(quickest[who], performance.now() - start);
    }
  }
  const ratio = quickest.unknown / quickest.known;
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});

test('too many wrong passwords are limited, many at once too, and a right one is not counted', async () => {
  await using at = await givenDirectory(
    'sqlite',
    {},
    { perAddressAndCaller: 3, perCaller: 10, perAddress: 20, windowSeconds: 60 },
  );
  await givenStaff(at.directory);
  for (let round = 0; round < 5; round += 1) await at.directory.signIn(anna, caller);
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, () =>
      at.directory.signIn({ ...anna, password: 'wrong password' }, caller).then(
        () => 'signed in',
        (error: { code: string; details: { retryAfterMs?: number } }) => error,
      ),
    ),
  );
  const codes = outcomes.map((one) => (typeof one === 'string' ? one : one.code));
  expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(3);
  expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(5);
  const limited = outcomes.find((one) => typeof one !== 'string' && one.code === 'rate_limited');
  expect(limited).toMatchObject({ details: { retryAfterMs: expect.any(Number) } });
  await expect(at.directory.signIn(anna, caller)).rejects.toMatchObject({ code: 'rate_limited' });
  // The owner, who comes from elsewhere, is not locked out by it.
  await at.directory.signIn(anna, { ...caller, ip: '198.51.100.7' });
});

test('callers behind one IPv6 prefix count as one', () => {
  expect(callerKey('2001:db8:1:2:3:4:5:6')).toBe(callerKey('2001:db8:1:2::9'));
  expect(callerKey('2001:db8:1:2::9')).not.toBe(callerKey('2001:db8:1:3::9'));
  expect(callerKey('::1')).toBe('0:0:0:0::/64');
  expect(callerKey('::ffff:203.0.113.9')).toBe('203.0.113.9');
  expect(callerKey('203.0.113.9')).toBe('203.0.113.9');
});

test('bad passwords are refused with their reason', () => {
  expect(passwordProblem('short', 'a@b.example')).toMatch(/at least 10/);
  expect(passwordProblem('Password123', 'a@b.example')).toMatch(/guessed/);
  expect(passwordProblem('aaaaaaaaaaaa', 'a@b.example')).toMatch(/guessed/);
  expect(passwordProblem('Annabelle.Berg@shop.example', 'annabelle.berg@shop.example')).toMatch(/address/);
  expect(passwordProblem('annabelle.berg', 'annabelle.berg@shop.example')).toMatch(/address/);
  expect(passwordProblem(PASSWORD, 'a@b.example')).toBeUndefined();
  expect(passwordProblem('🦊'.repeat(9), null)).toMatch(/at least 10/);
});

test('a token of this server that was tampered with or made elsewhere is nobody', async () => {
  await using at = await givenDirectory();
  const { anna: agent } = await givenStaff(at.directory);
  const signedIn = await at.directory.signIn(anna, caller);
  const secret = new Uint8Array(Buffer.from((await getMeta(at.db.read, 'token_secret')) ?? '', 'base64url'));
  const now = Math.floor(at.clock.now() / 1_000);
  const mint = (claims: Record<string, unknown>, header: Record<string, unknown> = {}, key = secret) =>
    new SignJWT({
      iss: 'latchbox',
      aud: 'latchbox',
      sub: agent.id,
      sid: signedIn.signInId,
      iat: now,
      exp: now + 60,
      ...claims,
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
      .sign(key);
  await at.directory.verifyToken(await mint({}));
  const [head, body, signature] = signedIn.token.split('.');
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const hostile: Record<string, string> = {
    'alg none': `${part({ alg: 'none', typ: 'at+jwt' })}.${body}.`,
    'alg none with signature': `${part({ alg: 'none', typ: 'at+jwt' })}.${body}.${signature}`,
    'alg HS512': await mint({}, { alg: 'HS512' }, new Uint8Array(64)),
    'other type': await mint({}, { typ: 'JWT' }),
    'other secret': await mint({}, {}, new Uint8Array(32)),
    'other audience': await mint({ aud: 'elsewhere' }),
    'no audience': await mint({ aud: undefined }),
    'no expiry': await mint({ exp: undefined }),
    expired: await mint({ exp: now - 1 }),
    'not yet': await mint({ nbf: now + 3_600 }),
    'another agent': await mint({ sub: 'agt_other' }),
    'no subject': await mint({ sub: undefined }),
    'unknown sign-in': await mint({ sid: 'sgn_unknown' }),
    'no sign-in': await mint({ sid: undefined }),
    'changed body': `${head}.${part({ iss: 'latchbox', aud: 'latchbox', sub: agent.id, sid: signedIn.signInId, exp: now + 9_999 })}.${signature}`,
    'unknown issuer': await mint({ iss: 'https://elsewhere.example' }),
    'issuer as a list': await mint({ iss: ['latchbox'] as never }),
    truncated: signedIn.token.slice(0, -2),
    empty: '',
    dots: '...',
    'no token': 'hello',
    '100 KB': `${head}.${'A'.repeat(100_000)}.${signature}`,
    'unknown key': `lbk_${'A'.repeat(43)}`,
    'key prefix alone': 'lbk_',
    'refresh token': signedIn.refreshToken,
  };
  for (const [name, token] of Object.entries(hostile)) {
    const error: unknown = await at.directory.verifyToken(token).catch((caught: unknown) => caught);
    expect(error, name).toMatchObject({ code: 'unauthenticated', details: {} });
  }
});
