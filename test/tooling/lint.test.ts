/** The rules of the house fire: each case is one file in a copy of the tree, and the lint must name its fault. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lawFor } from '../tools/lint/laws.ts';

const top = resolve(import.meta.dirname, '../..');

interface Case {
  /** Without its number, so that no two cases share a file. */
  file: string;
  code: string;
}

const arrow = 'latchbox(arrows)';
const cycle = 'import(no-cycle)';
const globals = 'eslint(no-restricted-globals)';
const properties = 'eslint(no-restricted-properties)';
const date = 'latchbox(no-ambient-date)';

const heart = 'server/src/collaboration/x.ts';
const send = 'server/src/messaging/x.ts';
const sdk = 'client-sdk/src/x.ts';

const refused: [rule: string, file: string, code: string][] = [
  [arrow, heart, "export * from '../realtime/a.ts';"],
  [arrow, heart, "export * from '../http/a.ts';"],
  [arrow, heart, "import type { A } from '../channels/email/a.ts';\nexport type B = A;"],
  [arrow, heart, "export const load = () => import('../demo/a.ts');"],
  [arrow, heart, "export type A = import('../realtime/a.ts').A;"],
  [arrow, heart, "export * from '../app.ts';"],
  [arrow, heart, "export { Server } from 'socket.io';"],
  [arrow, heart, "export { default } from 'express';"],
  [arrow, heart, "export { Redis } from 'ioredis';"],
  [arrow, heart, "export { Lock } from 'redlock';"],
  [arrow, heart, "export { default } from 'better-sqlite3';"],
  [arrow, heart, "export { Pool } from 'pg';"],
  [arrow, heart, "export { eq } from 'drizzle-orm';"],
  [arrow, send, "export { sqliteTable } from 'drizzle-orm/sqlite-core';"],
  [arrow, send, "export { createAdapter } from '@socket.io/redis-adapter';"],
  [arrow, send, "export * from '../realtime/a.ts';"],
  [arrow, 'server/src/messaging/x.test.ts', "import '../realtime/a.ts';"],
  [arrow, 'server/src/messaging/delivery/x.ts', "export * from '../sending/a.ts';"],
  [arrow, 'server/src/messaging/reading/x.ts', "export * from '../messaging.ts';"],
  [arrow, 'server/src/messaging/sending/x.ts', "export * from '../../http/a.ts';"],
  [arrow, 'server/src/messaging/nowhere/x.ts', "export * from '../api.ts';"],
  [arrow, 'server/src/directory/x.ts', "export * from '../http/a.ts';"],
  [arrow, 'server/src/realtime/x.ts', "export * from '../http/a.ts';"],
  [arrow, 'server/src/http/x.ts', "export { eq } from 'drizzle-orm';"],
  [arrow, 'server/src/database/x.ts', "export * from '../messaging/a.ts';"],
  [arrow, 'server/src/database/x.ts', "export * from '../cluster/a.ts';"],
  [arrow, 'server/src/cluster/x.ts', "export * from '../collaboration/a.ts';"],
  [arrow, 'server/src/lib/x.ts', "export * from '../database/a.ts';"],
  [arrow, 'server/src/lib/x.ts', "export * from '../config.ts';"],
  [arrow, 'server/src/x.ts', "export * from './database/a.ts';"],
  [arrow, 'server/src/http/x.ts', "export * from '../../../shared/src/errors.ts';"],
  [arrow, 'server/src/http/x.ts', "export * from '@latchbox/client';"],
  [arrow, 'server/src/nowhere/x.ts', "export * from '../lib/a.ts';"],
  [arrow, 'shared/src/x.ts', "export { readFile } from 'node:fs/promises';"],
  [arrow, 'shared/src/x.ts', "export * from '../../server/src/config.ts';"],
  [arrow, sdk, "export { io } from 'socket.io-client';"],
  [arrow, sdk, "export { z } from 'zod';"],
  [arrow, sdk, "export * from '@latchbox/server/app';"],
  [arrow, 'client-sdk/src/testing/x.ts', "export { readFile } from 'node:fs/promises';"],
  [arrow, 'server/web/src/x.ts', "export * from '@latchbox/shared/errors';"],
  [arrow, 'server/web/src/x.ts', "export * from '../../src/config.ts';"],

  [arrow, 'server/web/src/thread/x.ts', "export { callApi } from '../lib/http.ts';"],
  [arrow, 'server/web/src/app/x.tsx', "export const load = () => import('../lib/http.ts');"],
  [globals, 'server/web/src/thread/x.ts', "export const load = () => fetch('/api/inboxes');"],
  [globals, 'server/web/src/session/x.ts', "export const load = () => globalThis.fetch('/api/inboxes');"],
  [globals, 'server/web/src/app/x.tsx', "export const socket = new WebSocket('wss://example.com');"],
  [properties, 'server/web/src/app/x.ts', "export const tell = () => navigator.sendBeacon('/api/x');"],

  [cycle, 'server/src/http/cycle.ts', "export * from './cycle-back.ts';"],
  [cycle, 'shared/src/cycle.ts', "import type { B } from './cycle-back.ts';\nexport type A = B | 1;"],

  [globals, heart, 'export const a = setTimeout(() => undefined, 1);'],
  [globals, heart, 'export const a = globalThis.setTimeout(() => undefined, 1);'],
  [globals, heart, 'export const a = setInterval(() => undefined, 1);'],
  [globals, send, 'export const a = setImmediate(() => undefined);'],
  [globals, sdk, 'export const wait = setTimeout;'],
  [properties, heart, 'export const a = Date.now();'],
  [properties, send, 'export const a = Math.random();'],
  [properties, sdk, 'export const a = performance.now();'],
  [properties, sdk, 'export const { now } = Date;'],
  [date, heart, 'export const a = new Date();'],
  [date, sdk, 'export const a = Date();'],
  ['eslint(no-restricted-imports)', heart, "export { setTimeout as wait } from 'node:timers/promises';"],

  [
    'typescript(no-floating-promises)',
    'server/src/http/x.ts',
    'export function a(): void {\n  Promise.resolve();\n}',
  ],
  [
    'typescript(no-misused-promises)',
    'server/src/http/x.ts',
    'export function a(): boolean {\n  return Promise.resolve(1) ? true : false;\n}',
  ],
  [
    'typescript(switch-exhaustiveness-check)',
    'server/src/http/x.ts',
    "export function a(b: 'x' | 'y'): number {\n  switch (b) {\n    case 'x':\n      return 1;\n  }\n  return 2;\n}",
  ],
  ['typescript(no-explicit-any)', 'server/src/http/x.ts', 'export type A = any;'],
  ['typescript(no-non-null-assertion)', 'server/src/http/x.ts', 'export const a = (b?: string) => b!;'],
  ['eslint(max-lines)', 'server/src/http/x.test.ts', '\n'.repeat(401)],
  [
    'eslint(max-lines-per-function)',
    'server/src/http/x.ts',
    `export function a(): void {\n${'a();\n'.repeat(61)}}`,
  ],
];

const allowed: [file: string, code: string][] = [
  ['server/src/realtime/x.ts', "export * from '../collaboration/a.ts';"],
  ['server/src/realtime/x.ts', "export { Server } from 'socket.io';"],
  ['server/src/realtime/x.ts', "export * from '../cluster/a.ts';"],
  ['server/src/channels/email/x.ts', "export * from '../a.ts';"],
  [heart, "export * from '../messaging/a.ts';"],
  ['server/src/messaging/sending/x.ts', "export * from '../delivery/a.ts';"],
  ['server/src/messaging/reading/x.ts', "export * from '../api.ts';"],
  ['server/src/messaging/reading/x.ts', "export * from '../../database/a.ts';"],
  ['server/src/messaging/delivery/x.test.ts', "export * from '../messaging.ts';"],
  [heart, "export * from '../database/a.ts';"],
  [heart, "export * from '../config.ts';"],
  [heart, "export * from '../lib/a.ts';"],
  [heart, "export * from '@latchbox/shared/lock-machine';"],
  [heart, 'export const a = new Date(0);'],
  ['server/src/collaboration/clock.ts', 'export const now = () => Date.now();'],
  ['server/src/database/x.ts', "export { eq } from 'drizzle-orm';"],
  ['server/src/cluster/x.ts', "export { Redis } from 'ioredis';"],
  ['server/src/app.ts', "export * from './realtime/a.ts';"],
  ['server/src/http/x.ts', 'export const a = Date.now();'],
  ['server/src/http/x.test.ts', 'export const a = (b?: string) => b!;'],
  ['shared/src/x.ts', "export { z } from 'zod';"],
  ['client-sdk/src/socket-io.ts', "export { io } from 'socket.io-client';"],
  ['client-sdk/src/runtime.ts', 'export const now = () => Date.now();'],
  ['client-sdk/src/testing/x.ts', "export { z } from 'zod';"],
  ['server/web/src/x.ts', "export * from '@latchbox/client';"],
  ['server/web/src/session/x.ts', "export { callApi } from '../lib/http.ts';"],
  ['server/web/src/customer/x.ts', "export { callApi } from '../lib/http.ts';"],
  ['server/web/src/set-up/x.ts', "export { callApi } from '../lib/http.ts';"],
  ['server/web/src/lib/http.ts', "export const ask = () => fetch('/api/sign-in');"],
  ['server/src/demo/x.ts', "export * from '@latchbox/client';"],
];

/** Two cases may name the same place: each gets a file of its own there. */
function place([file, code]: [string, string], index: number): Case {
  return { file: file.replace(/(^|\/)x\./, `$1x${index}.`), code };
}

const refusedCases = refused.map(([rule, file, code], index) => ({ rule, ...place([file, code], index) }));
const allowedCases = allowed.map((entry, index) => place(entry, refused.length + index));

let copy = '';
let found = new Map<string, string[]>();

async function write(file: string, code: string): Promise<void> {
  await mkdir(dirname(join(copy, file)), { recursive: true });
  await writeFile(join(copy, file), `${code}\n`);
}

async function makeCopy(): Promise<void> {
  copy = await mkdtemp(join(tmpdir(), 'latchbox-lint-'));
  await symlink(join(top, 'node_modules'), join(copy, 'node_modules'));
  // With a reference that leads nowhere the lint finds neither types nor cycles: all of them come along.
  const projects = ['shared/tsconfig.src.json', 'client-sdk/tsconfig.src.json', 'server/tsconfig.json'];
  const configs = ['tsconfig.base.json', ...projects];
  for (const file of ['oxlint.config.ts', 'test/tools/lint', ...configs]) {
    await cp(join(top, file), join(copy, file), { recursive: true });
  }
  for (const { file, code } of [...refusedCases, ...allowedCases]) await write(file, code);
  await write('server/src/http/cycle-back.ts', "export * from './cycle.ts';");
  await write('shared/src/cycle-back.ts', "import type { A } from './cycle.ts';\nexport type B = A | 2;");
}

interface Diagnostic {
  code?: string;
  filename: string;
}

async function lint(): Promise<Map<string, string[]>> {
  const oxlint = join(top, 'node_modules/oxlint/bin/oxlint');
  // The folders by name: without them it would walk through the linked node_modules too.
  const args = [oxlint, '--format', 'json', 'server', 'shared', 'client-sdk'];
  const stdout = await new Promise<string>((done) => {
    // It ends with an error, as it should: what it printed is the answer.
    execFile(process.execPath, args, { cwd: copy, maxBuffer: 1e8, timeout: 30_000 }, (_error, out) =>
      done(out),
    );
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] };
  const byFile = new Map<string, string[]>();
  for (const { filename, code } of diagnostics) {
    byFile.set(filename, [...(byFile.get(filename) ?? []), code ?? 'error']);
  }
  return byFile;
}

beforeAll(async () => {
  await makeCopy();
  found = await lint();
}, 60_000);

afterAll(() => rm(copy, { recursive: true, force: true }));

describe('the lint refuses', () => {
  test.each(refusedCases)('$rule: $code in $file', ({ rule, file }) => {
    expect(found.get(file)).toContain(rule);
  });
});

describe('the lint lets pass', () => {
  test.each(allowedCases)('$code in $file', ({ file }) => {
    expect(found.get(file) ?? []).toEqual([]);
  });
});

test('every folder of the server has its place among the arrows', async () => {
  const source = join(top, 'server/src');
  const entries = existsSync(source) ? await readdir(source, { withFileTypes: true }) : [];
  const homeless = entries.filter(
    (entry) => entry.isDirectory() && typeof lawFor(`server/src/${entry.name}/a.ts`) === 'string',
  );
  expect(homeless.map((entry) => entry.name)).toEqual([]);
});

test('S2: the page asks by hand for signing in, setting up and the customers’ side alone; the rest is the SDK’s', async () => {
  const source = join(top, 'server/web/src');
  const files = await readdir(source, { recursive: true });
  const asked = new Map<string, string>();
  for (const file of files.filter((name) => /(?<!\.test)\.tsx?$/.test(name))) {
    const text = await readFile(join(source, file), 'utf8');
    for (const [, path = ''] of text.matchAll(/['"`](\/api\/[\w/-]*)/g)) asked.set(path, dirname(file));
  }
  expect(Object.fromEntries(asked)).toEqual({
    // Before anybody is signed in there is no client of the SDK; it asks the page for these tokens.
    '/api/sign-in': 'session',
    '/api/sign-in/factor': 'session',
    '/api/sign-in/factor/begin': 'session',
    '/api/sign-in/factor/confirm': 'session',
    '/api/invitation': 'session',
    '/api/password-reset': 'session',
    '/api/verification': 'session',
    '/api/token': 'session',
    '/api/sign-out': 'session',
    '/api/set-up': expect.stringMatching(/^(session|set-up)$/),
    // The page of a customer, who is no agent and has no client.
    '/api/simulator/inboxes': 'customer',
    '/api/simulator/messages': 'customer',
    '/api/simulator/thread': 'customer',
    // The other side of texts: customers' phones and their carriers, which are nobody's inbox.
    '/api/carrier': 'carrier',
    '/api/carrier/calls': 'carrier',
    '/api/carrier/campaigns/': 'carrier',
    '/api/carrier/phones/': 'carrier',
    '/api/carrier/settings': 'carrier',
    '/api/carrier/texts': 'carrier',
    '/api/carrier/texts/': 'carrier',
  });
});
