/** What the tests of hostile clients share: a started server with people of every standing, and a look at what was written. */

import { createHash, createHmac, randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { removeMember } from '@latchbox/shared/http/inboxes';
import { eventually } from '../tools/eventually.ts';
import { readSqlite } from '../tools/history-dump.ts';
import { startWorld, type World, type WorldOptions } from '../tools/world.ts';

export const ISSUER = {
  id: 'iss_host',
  secret: 'a secret that only the host and this server know',
  issuer: 'https://host.example',
  audience: 'latchbox-test',
  origin: 'https://host.example',
};

/** Who there is, and what each may do in `orders`. `board` is only for zoe, and for nobody else here. */
const PEOPLE = {
  ann: { inboxes: ['orders'] },
  ben: { inboxes: ['orders'] },
  rita: { inboxes: ['orders'], capability: 'read' },
  mona: { inboxes: ['orders'], capability: 'manage' },
  ada: { inboxes: ['orders'], role: 'admin' },
  mia: { inboxes: [], role: 'admin' },
  zoe: { inboxes: ['board'] },
  gone: { inboxes: ['orders'] },
  bot: { inboxes: ['orders'] },
  emb: { inboxes: ['orders'] },
} as const;

export type PersonName = keyof typeof PEOPLE;

export interface Stage extends AsyncDisposable {
  readonly world: World;
  readonly url: string;
  readonly orders: string;
  readonly board: string;
  readonly codes: { readonly orders: string; readonly board: string };
  /** Conversation of `orders`, by its place from 0. */
  conversation(place?: number): string;
  /** The one conversation of `board`. */
  readonly foreign: string;
  id(person: PersonName): string;
  key(person: PersonName): string;
  /** A signed-in session's access token, made as the server makes them; `change` bends its claims. */
  accessToken(person: PersonName, change?: Record<string, unknown>, header?: object): string;
  /** A token that the embedding application minted. */
  issuedToken(change?: Record<string, unknown>, header?: object): string;
  /** One statement on the database, past the server. */
  write(sql: string, ...values: (string | number | null)[]): void;
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  /** Everything durable, counted: rows of every table and heads of every stream. */
  ledger(): Ledger;
  /** Throws unless a client of good will is served as ever. */
  alive(): Promise<void>;
}

export type Ledger = Readonly<Record<string, number>>;

export interface AskOptions {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  /** The code of a refusal, or `ok`. */
  readonly code: string;
  readonly text: string;
  readonly error: { code: string; message: string; details: unknown; requestId?: string } | undefined;
  readonly headers: Headers;
}

/** A test that keeps its own process busy must not be taken for a client that is gone. */
const PATIENT = { PING_INTERVAL_MS: '5000', PING_TIMEOUT_MS: '10000' };

/** Rows that come and go with connections or time alone: no client's doing. */
const PASSING = new Set(['sessions', 'instances', 'meta', 'leases']);

export async function startStage(options: Partial<WorldOptions> = {}): Promise<Stage> {
  const inbox = { conversations: 4 };
  const world = await startWorld({
    ...options,
    env: { ...PATIENT, ...options.env },
    seed: {
      inboxes: {
        orders: { ...inbox, addresses: ['orders@shop.example'] },
        board: { conversations: 1, addresses: ['board@shop.example'] },
      },
      agents: PEOPLE,
    },
  });
  try {
    return await makeStage(world);
  } catch (error) {
    await world[Symbol.asyncDispose]();
    throw error;
  }
}

async function makeStage(world: World): Promise<Stage> {
  const { url } = world.server();
  const write = (sql: string, ...values: (string | number | null)[]): void => {
    const file = new DatabaseSync(world.database);
    try {
      file.exec('PRAGMA busy_timeout = 5000');
      file.prepare(sql).run(...values);
    } finally {
      file.close();
    }
  };
  const id = (person: PersonName): string => world.agent(person).id;
  write(`UPDATE agents SET kind = 'system', email = NULL WHERE id = ?`, id('bot'));
  write(`UPDATE agents SET external_id = ? WHERE id = ?`, `${ISSUER.id}:emb`, id('emb'));
  write(
    `INSERT INTO token_issuers (id, name, kind, secret, issuer, audience, allowed_origins, trust_email, created_at)
      VALUES (?, 'Host', 'hs256', ?, ?, ?, ?, 0, ?)`,
    ISSUER.id,
    ISSUER.secret,
    ISSUER.issuer,
    ISSUER.audience,
    JSON.stringify([ISSUER.origin]),
    Date.now(),
  );
  const signIns = signInRows(world, write);
  const orders = world.stream('orders').slice('inbox:'.length);
  const board = world.stream('board').slice('inbox:'.length);
  await world.rest('mia').call(removeMember, { params: { inbox: orders, agent: id('gone') } });
  const secret = world.rows<{ value: string }>(`SELECT value FROM meta WHERE key = 'token_secret'`)[0]?.value;
  const ask = (method: string, path: string, given: AskOptions = {}): Promise<Answer> =>
    askRest(url, method, path, given);
  return {
    world,
    url,
    orders,
    board,
    codes: {
      orders: world.seeded.inboxes['orders']?.apiCode ?? '',
      board: world.seeded.inboxes['board']?.apiCode ?? '',
    },
    conversation: (place = 0) => world.conversation('orders', place),
    foreign: world.conversation('board'),
    id,
    key: (person) => world.agent(person).token,
    accessToken: (person, change = {}, header = {}) =>
      jwt(
        { alg: 'HS256', typ: 'at+jwt', ...header },
        { ...ownClaims(id(person), signIns(person)), ...change },
        Buffer.from(secret ?? '', 'base64url'),
      ),
    issuedToken: (change = {}, header = {}) =>
      jwt({ alg: 'HS256', typ: 'JWT', ...header }, { ...issuedClaims(), ...change }, ISSUER.secret),
    write,
    ask,
    ledger: () => ledgerOf(world.database),
    alive: () => looksAlive(world),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

const seconds = (): number => Math.floor(Date.now() / 1_000);

const ownClaims = (sub: string, sid: string): Record<string, unknown> => ({
  sid,
  iss: 'latchbox',
  aud: 'latchbox',
  sub,
  iat: seconds(),
  exp: seconds() + 600,
});

const issuedClaims = (): Record<string, unknown> => ({
  iss: ISSUER.issuer,
  aud: ISSUER.audience,
  sub: 'emb',
  exp: seconds() + 600,
});

/** A token signed with HMAC, whatever its header says. */
export function jwt(header: object, claims: object, secret: string | Buffer): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** The sign-in of a person, made when it is asked for first. */
function signInRows(world: World, write: Stage['write']): (person: PersonName) => string {
  const made = new Map<PersonName, string>();
  return (person) => {
    const known = made.get(person);
    if (known !== undefined) return known;
    const signInId = `sgn_${randomUUID()}`;
    made.set(person, signInId);
    const now = Date.now();
    write(
      `INSERT INTO sign_ins (id, agent_id, refresh_hash, rotated_at, user_agent, created_at, expires_at)
        VALUES (?, ?, ?, ?, 'test', ?, ?)`,
      signInId,
      world.agent(person).id,
      createHash('sha256').update(signInId).digest('base64url'),
      now,
      now,
      now + 86_400_000,
    );
    return signInId;
  };
}

async function askRest(url: string, method: string, path: string, given: AskOptions): Promise<Answer> {
  const { token = null, body, raw } = given;
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined && raw === undefined ? {} : { 'content-type': 'application/json' }),
      ...given.headers,
    },
    ...(raw === undefined
      ? body === undefined
        ? {}
        : { body: JSON.stringify(body) }
      : { body: raw as BodyInit }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  const error = errorIn(text);
  const code = response.ok ? 'ok' : (error?.code ?? `HTTP ${response.status}`);
  return { status: response.status, code, text, error, headers: response.headers };
}

function errorIn(text: string): Answer['error'] {
  try {
    return (JSON.parse(text) as { error?: Answer['error'] } | null)?.error;
  } catch {
    return undefined;
  }
}

function ledgerOf(database: string): Ledger {
  return readSqlite(database, (file) => {
    const tables = file
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
      .all()
      .map(({ name }) => String(name))
      .filter((name) => !PASSING.has(name));
    const counts = tables.map((name) => {
      const [row] = file.prepare(`SELECT count(*) AS count FROM "${name}"`).all();
      return [name, Number(row?.['count'])] as const;
    });
    const heads = file.prepare('SELECT id, last_seq AS seq FROM streams').all();
    return Object.fromEntries([...counts, ...heads.map(({ id, seq }) => [String(id), Number(seq)] as const)]);
  });
}

/** A new client connects, reads, writes a note that another one is told of, and leaves. */
async function looksAlive(world: World): Promise<void> {
  await using ben = await world.connect('ben');
  await using ann = await world.connect('ann');
  await ben.wire.subscribe(world.stream('orders'));
  const text = `Still here ${randomUUID()}`;
  await ann.note(world.conversation('orders', 3), text);
  await eventually('the others are told of a note', () => JSON.stringify(ben.wire.items).includes(text));
}
