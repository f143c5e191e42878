/** REST as programs of others use it: the served document is valid, and a client that is made of it compiles under strict and drives a started server. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import openapiTS, { astToString } from 'openapi-typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository } from '../tools/server-process.ts';
import { startWorld, type World } from '../tools/world.ts';

const FOLDER = join(repository, 'test/.output/openapi-client');
type Document = Record<string, unknown> & { readonly paths: Record<string, Record<string, object>> };

let world: World;
let document: Document;
beforeAll(async () => {
  world = await startWorld({
    seed: { inboxes: { orders: { conversations: 2 } }, agents: { ana: {}, mia: { role: 'admin' } } },
    env: { SMTP_PORT: '0' },
  });
  document = (await (await fetch(`${world.server().url}/api/openapi.json`)).json()) as Document;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

/** What somebody writes who has never seen the sources. */
const PROGRAM = `
import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './api.d.ts';

type Draft = components['schemas']['InboxDraft'];
export type Api = Client<paths>;

export function apiAt(baseUrl: string, token: string): Api {
  return createClient<paths>({ baseUrl, headers: { authorization: \`Bearer \${token}\` } });
}

/** Begins an inbox, fills in its colour, is too late with its name, and gives it up. */
export async function inboxSteps(api: Api): Promise<{ draft: Draft; late: number; gone: number }> {
  const begun = await api.POST('/api/inbox-drafts', { body: { name: 'By a generated client' } });
  if (begun.data === undefined) throw new Error(begun.error.error.code);
  const params = { path: { draft: begun.data.id } };
  const { revision } = begun.data;
  const changed = await api.PATCH('/api/inbox-drafts/{draft}', { params, body: { revision, colour: '#4583a8' } });
  if (changed.data === undefined) throw new Error(changed.error.error.message);
  const late = await api.PATCH('/api/inbox-drafts/{draft}', { params, body: { revision, name: 'Late' } });
  const gone = await api.DELETE('/api/inbox-drafts/{draft}', { params });
  return { draft: changed.data, late: late.response.status, gone: gone.response.status };
}

/** Replies to the newest conversation, and reads what it holds then. */
export async function answer(api: Api, body: string): Promise<{ kinds: string[]; words: string[] }> {
  const list = await api.GET('/api/conversations', { params: { query: { status: 'open', limit: 1 } } });
  const conversation = list.data?.rows[0]?.id;
  if (conversation === undefined) throw new Error('There is no conversation');
  const params = { path: { conversation } };
  const clientId = crypto.randomUUID();
  const sent = await api.POST('/api/conversations/{conversation}/replies', { params, body: { clientId, body } });
  if (sent.error !== undefined) throw new Error(sent.error.error.code);
  const read = await api.GET('/api/conversations/{conversation}', { params });
  const entries = read.data?.entries ?? [];
  return {
    kinds: entries.map(({ kind }) => kind),
    words: entries.flatMap((entry) => (entry.kind === 'reply' ? [entry.body] : [])),
  };
}

/** What is said to somebody who may not. */
export async function refusedWith(api: Api): Promise<string | undefined> {
  const { error } = await api.GET('/api/inbox-drafts');
  return error?.error.code;
}
`;

interface Program {
  readonly apiAt: (url: string, token: string) => object;
  readonly inboxSteps: (api: object) => Promise<{ draft: object; late: number; gone: number }>;
  readonly answer: (api: object, body: string) => Promise<{ kinds: string[]; words: string[] }>;
  readonly refusedWith: (api: object) => Promise<string | undefined>;
}

/** What the compiler says of a program beside the generated types; nothing: all is well. */
function compile(name: string, code: string): string {
  writeFileSync(join(FOLDER, `${name}.ts`), code);
  const options =
    '--ignoreConfig --noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --allowImportingTsExtensions --target es2024 --lib es2024,dom,dom.iterable --module nodenext --pretty false';
  try {
    const tsc = join(repository, 'node_modules/.bin/tsc');
    execFileSync(tsc, [...options.split(' '), `${name}.ts`], {
      cwd: FOLDER,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return '';
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? String(error);
  }
}

test('T8: the served document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  // It finds what is wrong, else it would say nothing.
  const [path = ''] = Object.keys(document.paths);
  const broken = { ...document, paths: { ...document.paths, [path]: { get: { responses: 7 } } } };
  expect((await new Validator().validate(broken)).valid).toBe(false);
});

test('T8: a client that is made of the document compiles under strict, knows every call, and drives a started server', async () => {
  const types = astToString(await openapiTS(document as never, { silent: true }));
  writeFileSync(join(FOLDER, 'api.d.ts'), types);
  const calls = Object.values(document.paths).flatMap((path) =>
    Object.values(path as Record<string, { operationId: string }>).map(({ operationId }) => operationId),
  );
  const known = types.slice(types.indexOf('export interface operations'));
  expect(calls.filter((name) => !new RegExp(`^ {4}${name}: \\{`, 'm').test(known))).toEqual([]);
  expect(calls.length).toBeGreaterThan(100);
  expect(compile('program', PROGRAM)).toBe('');
  // A colour that is none, and a refusal that is taken for an answer.
  const wrong = compile(
    'wrong',
    PROGRAM.replace("'#4583a8'", '4583').replace('list.data?.rows', 'list.data.rows'),
  );
  expect(wrong.match(/error TS\d+/g)).toHaveLength(2);

  const { apiAt, inboxSteps, answer, refusedWith } = (await import(
    /* @vite-ignore */ join(FOLDER, 'program.ts')
  )) as Program;
  const { url } = world.server();
  expect(await inboxSteps(apiAt(url, world.agent('mia').token))).toEqual({
    draft: expect.objectContaining({ name: 'By a generated client', colour: '#4583a8', state: 'open' }),
    late: 409,
    gone: 204,
  });
  const ana = apiAt(url, world.agent('ana').token);
  expect(await answer(ana, 'By a generated client')).toEqual({
    kinds: ['message', 'reply'],
    words: ['By a generated client'],
  });
  expect(await refusedWith(ana)).toBe('forbidden');
});
