import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPublicKey } from 'node:crypto';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { isPrivateAddress } from '../lib/outgoing.ts';
import { givenDirectory, givenStaff } from './testing/directory.ts';

const SECRET = 'a secret that is shared with the shop';
const ISSUER = {
  name: 'Shop',
  issuer: 'https://shop.example',
  audience: 'latchbox',
  allowedOrigins: ['https://shop.example'],
  trustEmail: false,
};
const key = (text: string) => new TextEncoder().encode(text);

interface Mint {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  secret?: Uint8Array | CryptoKey;
}

/** A token as the shop mints it, five minutes from `now` (ms). */
function mint(now: number, { claims = {}, header = {}, secret = key(SECRET) }: Mint = {}): Promise<string> {
  const at = Math.floor(now / 1_000);
  return new SignJWT({
    iss: 'https://shop.example',
    aud: 'latchbox',
    sub: 'u-17',
    iat: at,
    exp: at + 300,
    ...claims,
  })
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(secret);
}

async function givenKeySet(keys: readonly JWK[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/moved') {
      response.writeHead(302, { location: '/keys' }).end();
      return;
    }
    if (request.url === '/large') {
      response.writeHead(200).end('x'.repeat(1_000_000));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    url: (path = '/keys') => `http://127.0.0.1:${port}${path}`,
    asked,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

describe('tokens of an application with a shared secret', () => {
  test('stand for the agent whom their subject names, until they end', async () => {
    await using at = await givenDirectory();
    const { admin, anna } = await givenStaff(at.directory);
    const issuer = await at.directory.createIssuer(admin, { ...ISSUER, kind: 'hs256', secret: SECRET });
    await at.directory.changeAgent(admin, anna.id, { externalId: `${issuer.id}:u-17` });
    const verified = await at.directory.verifyToken(await mint(at.clock.now()));
    expect(verified).toMatchObject({
      agent: { id: anna.id },
      credential: { kind: 'issuer', issuerId: issuer.id },
      signInId: null,
      endsAt: at.clock.now() + 300_000,
      allowedOrigins: ['https://shop.example'],
    });
    expect(await at.directory.stillValid(verified)).toBe(true);
    expect(await at.directory.originAllowed('https://shop.example')).toBe(true);
    expect(await at.directory.originAllowed('https://shop.example.evil.example')).toBe(false);
    await at.directory.endIssuer(admin, issuer.id);
    expect(await at.directory.stillValid(verified)).toBe(false);
    await expect(at.directory.verifyToken(await mint(at.clock.now()))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await at.clock.advance(5_001);
    expect(await at.directory.originAllowed('https://shop.example')).toBe(false);
  });

  test('that do not hold are nobody', async () => {
    await using at = await givenDirectory();
    const { admin, anna } = await givenStaff(at.directory);
    const issuer = await at.directory.createIssuer(admin, { ...ISSUER, kind: 'hs256', secret: SECRET });
    await at.directory.changeAgent(admin, anna.id, { externalId: `${issuer.id}:u-17` });
    const now = at.clock.now();
    const seconds = Math.floor(now / 1_000);
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const good = await mint(now);
    const hostile: Record<string, string> = {
      'alg none': `${part({ alg: 'none' })}.${good.split('.')[1]}.`,
      'another secret': await mint(now, { secret: key('a secret that nobody has agreed upon') }),
      'another issuer': await mint(now, { claims: { iss: 'https://other.example' } }),
      'another audience': await mint(now, { claims: { aud: 'elsewhere' } }),
      'an algorithm of another length': await mint(now, {
        header: { alg: 'HS512' },
        secret: new Uint8Array(64),
      }),
      'no expiry': await mint(now, { claims: { exp: undefined } }),
      expired: await mint(now, { claims: { exp: seconds - 60 } }),
      'not yet valid': await mint(now, { claims: { nbf: seconds + 600 } }),
      'an unknown subject': await mint(now, { claims: { sub: 'u-18' } }),
      'no subject': await mint(now, { claims: { sub: undefined } }),
      'an empty subject': await mint(now, { claims: { sub: '' } }),
      'an address, which this application does not vouch for': await mint(now, {
        claims: { sub: 'x', email: 'anna@fernhill.example', email_verified: true },
      }),
      'an agent id as its subject': await mint(now, { claims: { sub: anna.id } }),
    };
    for (const [name, token] of Object.entries(hostile)) {
      await expect(at.directory.verifyToken(token), name).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    await at.directory.verifyToken(good);
    await at.directory.changeAgent(admin, anna.id, { state: 'deactivated' });
    await expect(at.directory.verifyToken(good)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('name an agent by a verified address where that is trusted', async () => {
    await using at = await givenDirectory();
    const { admin, anna, ben } = await givenStaff(at.directory);
    const issuer = await at.directory.createIssuer(admin, {
      ...ISSUER,
      kind: 'hs256',
      secret: SECRET,
      trustEmail: true,
    });
    await at.directory.changeAgent(admin, ben.id, { externalId: `${issuer.id}:u-99` });
    const verify = async (claims: Record<string, unknown>) =>
      (await at.directory.verifyToken(await mint(at.clock.now(), { claims }))).agent.id;
    expect(await verify({ email: 'Anna@fernhill.example', email_verified: true })).toBe(anna.id);
    for (const claims of [
      { email: 'anna@fernhill.example' },
      { email: 'anna@fernhill.example', email_verified: 'true' },
      { email: ['anna@fernhill.example'], email_verified: true },
      { email: 'nobody@fernhill.example', email_verified: true },
      // The application knows Ben under another subject.
      { email: 'ben@fernhill.example', email_verified: true },
    ]) {
      await expect(verify(claims), JSON.stringify(claims)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
  });

  test('two applications under one issuer are told apart by their secrets', async () => {
    await using at = await givenDirectory();
    const { admin, anna, ben } = await givenStaff(at.directory);
    const one = await at.directory.createIssuer(admin, { ...ISSUER, kind: 'hs256', secret: SECRET });
    const other = 'another secret, for the other shop';
    const two = await at.directory.createIssuer(admin, { ...ISSUER, kind: 'hs256', secret: other });
    await at.directory.changeAgent(admin, anna.id, { externalId: `${one.id}:u-17` });
    await at.directory.changeAgent(admin, ben.id, { externalId: `${two.id}:u-17` });
    const who = async (secret: string) =>
      (await at.directory.verifyToken(await mint(at.clock.now(), { secret: key(secret) }))).agent.id;
    expect([await who(SECRET), await who(other)]).toEqual([anna.id, ben.id]);
  });
});

describe('tokens of an application with a key set', () => {
  test('are checked by its public keys, and a public key never does as a shared secret', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
    await using keys = await givenKeySet([jwk]);
    await using at = await givenDirectory('sqlite', { ALLOWED_PRIVATE_HOSTS: [keys.host] });
    const { admin, anna } = await givenStaff(at.directory);
    const issuer = await at.directory.createIssuer(admin, { ...ISSUER, kind: 'jwks', secret: keys.url() });
    await at.directory.changeAgent(admin, anna.id, { externalId: `${issuer.id}:u-17` });
    const now = at.clock.now();
    const signed = await mint(now, { header: { alg: 'RS256', kid: 'one' }, secret: privateKey });
    expect((await at.directory.verifyToken(signed)).agent.id).toBe(anna.id);

    const spki = await exportSPKI(publicKey);
    const der = createPublicKey(spki).export({ type: 'spki', format: 'der' });
    for (const secret of [key(spki), key(spki.trim()), new Uint8Array(der), key(jwk.n ?? '')]) {
      const confused = await mint(now, { header: { alg: 'HS256', kid: 'one' }, secret });
      await expect(at.directory.verifyToken(confused)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    const { privateKey: other } = await generateKeyPair('RS256');
    for (const kid of ['one', 'two']) {
      const forged = await mint(now, { header: { alg: 'RS256', kid }, secret: other });
      await expect(at.directory.verifyToken(forged)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    // Keys that the token itself brings or points to are not looked at.
    const own = await exportJWK((await generateKeyPair('RS256', { extractable: true })).publicKey);
    for (const header of [{ jwk: own }, { jku: keys.url('/evil') }, { x5u: keys.url('/evil') }]) {
      const forged = await mint(now, { header: { alg: 'RS256', kid: 'one', ...header }, secret: other });
      await expect(at.directory.verifyToken(forged)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    expect(keys.asked).not.toContain('/evil');
  });

  test('of a key set that redirects, is too large or is not there answer timeout', async () => {
    await using keys = await givenKeySet([]);
    await using at = await givenDirectory('sqlite', { ALLOWED_PRIVATE_HOSTS: [keys.host, '127.0.0.1:1'] });
    const { admin } = await givenStaff(at.directory);
    const { privateKey } = await generateKeyPair('RS256');
    for (const [index, url] of [
      keys.url('/moved'),
      keys.url('/large'),
      'http://127.0.0.1:1/keys',
    ].entries()) {
      const iss = `https://shop${index}.example`;
      await at.directory.createIssuer(admin, { ...ISSUER, issuer: iss, kind: 'jwks', secret: url });
      const token = await mint(at.clock.now(), {
        claims: { iss },
        header: { alg: 'RS256' },
        secret: privateKey,
      });
      await expect(at.directory.verifyToken(token), url).rejects.toMatchObject({ code: 'timeout' });
    }
    expect(keys.asked).not.toContain('/keys');
  });

  test('are not accepted from private addresses, by number or by name', async () => {
    await using keys = await givenKeySet([]);
    await using at = await givenDirectory();
    const { admin } = await givenStaff(at.directory);
    const port = new URL(keys.url()).port;
    for (const secret of [
      keys.url(),
      `https://127.0.0.1:${port}/keys`,
      `https://[::1]:${port}/keys`,
      `https://[::ffff:127.0.0.1]/keys`,
      'https://2130706433/keys',
      'https://0x7f.1/keys',
      'https://169.254.169.254/latest',
      'https://user:password@shop.example/keys',
      'file:///etc/passwd',
      'gopher://shop.example',
      'not an address',
    ]) {
      await expect(
        at.directory.createIssuer(admin, { ...ISSUER, kind: 'jwks', secret }),
        secret,
      ).rejects.toMatchObject({
        code: 'invalid',
        details: { issues: [{ path: 'secret' }] },
      });
    }
    // A name says what it is only when it is looked up: then the connection is refused.
    await at.directory.createIssuer(admin, {
      ...ISSUER,
      kind: 'jwks',
      secret: `https://localhost:${port}/keys`,
    });
    const { privateKey } = await generateKeyPair('RS256');
    const token = await mint(at.clock.now(), { header: { alg: 'RS256' }, secret: privateKey });
    await expect(at.directory.verifyToken(token)).rejects.toMatchObject({ code: 'timeout' });
    expect(keys.asked).toEqual([]);
  });
});

test('issuers with a short secret, or with the name of this server, are refused', async () => {
  await using at = await givenDirectory();
  const { admin } = await givenStaff(at.directory);
  await expect(
    at.directory.createIssuer(admin, { ...ISSUER, kind: 'hs256', secret: 'short' }),
  ).rejects.toMatchObject({
    details: { issues: [{ path: 'secret' }] },
  });
  await expect(
    at.directory.createIssuer(admin, { ...ISSUER, kind: 'hs256', secret: SECRET, issuer: 'latchbox' }),
  ).rejects.toMatchObject({ details: { issues: [{ path: 'issuer' }] } });
});

test('private and public addresses are told apart', () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'ff02::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'no address',
  ]) {
    expect(isPrivateAddress(address), address).toBe(true);
  }
  for (const address of ['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700:4700::1111']) {
    expect(isPrivateAddress(address), address).toBe(false);
  }
});
