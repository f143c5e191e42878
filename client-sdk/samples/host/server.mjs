/**
 * A small application that embeds Latchbox, with nothing but Node: it has users of its own, and says to Latchbox who they are
 * by tokens that it signs. `node server.mjs <folder of pages>`.
 *
 *   PORT            where it listens; 3000
 *   HOST_URL        its own address, which is also the `iss` of its tokens; http://localhost:<PORT>
 *   LATCHBOX_SECRET the secret that it shares with Latchbox (HS256). Without one it makes a key pair, signs with ES256, and
 *                   serves the public key at /.well-known/jwks.json.
 */
import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

const port = Number(process.env.PORT ?? 3000);
const issuer = process.env.HOST_URL ?? `http://localhost:${port}`;
const secret = process.env.LATCHBOX_SECRET;
const folder = resolve(process.argv[2] ?? '.');

/** How long a token is good for, in seconds. Short: the SDK fetches the next one by itself before this one ends. */
const LIFE = Number(process.env.TOKEN_SECONDS ?? 300);

// ── Tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const keys = secret === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : undefined;
const keyId = randomUUID();
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Says to Latchbox who somebody is: a JWT. Libraries such as `jose` do the same in one call. */
function mintToken(user) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    aud: 'latchbox',
    sub: user.id,
    // With `trustEmail` the address finds the agent. Only say "verified" of addresses that you have verified.
    email: user.email,
    email_verified: true,
    iat: now,
    exp: now + LIFE,
  };
  const header = keys === undefined ? { alg: 'HS256', typ: 'JWT' } : { alg: 'ES256', typ: 'JWT', kid: keyId };
  const text = `${part(header)}.${part(claims)}`;
  const signature =
    keys === undefined
      ? createHmac('sha256', secret).update(text).digest()
      : sign('sha256', Buffer.from(text), { key: keys.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

const keySet = () => ({
  keys:
    keys === undefined
      ? []
      : [{ ...keys.publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'ES256', use: 'sig' }],
});

// ── Users: your own sign-in takes the place of all this ─────────────────────────────────────────────────────────────

const sessions = new Map();

function userOf(request) {
  const cookie = /(?:^|; )host_session=([\w-]+)/.exec(request.headers.cookie ?? '');
  return cookie === null ? undefined : sessions.get(cookie[1]);
}

function signIn(email, response) {
  const id = randomUUID();
  sessions.set(id, { id: `user:${email}`, email });
  response.setHeader('set-cookie', `host_session=${id}; HttpOnly; SameSite=Lax; Path=/`);
  response.writeHead(303, { location: '/' }).end();
}

// ── The server ───────────────────────────────────────────────────────────────────────────────────────────────────────

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

function sendFile(path, response) {
  const file = join(folder, path === '/' ? 'index.html' : path);
  if (!file.startsWith(folder + sep) || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404).end('Not found');
    return;
  }
  response.writeHead(200, {
    'content-type': `${TYPES[extname(file)] ?? 'application/octet-stream'}; charset=utf-8`,
  });
  createReadStream(file).pipe(response);
}

function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (pathname === '/latchbox-token') {
    const user = userOf(request);
    response.setHeader('cache-control', 'no-store');
    if (user === undefined) response.writeHead(401).end();
    else response.writeHead(200, { 'content-type': 'text/plain' }).end(mintToken(user));
  } else if (pathname === '/.well-known/jwks.json') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(keySet()));
  } else if (pathname === '/sign-in' && searchParams.has('email')) {
    signIn(searchParams.get('email'), response);
  } else {
    sendFile(decodeURIComponent(pathname), response);
  }
}

createServer(answer).listen(port, () => {
  console.log(`${issuer} serves ${folder}`);
});
