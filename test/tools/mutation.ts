/** Mutations: faults put into a copy of the sources on purpose. Tests that stay green on one of them prove nothing. */

import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './server-process.ts';
import type { Patch } from './source-copy.ts';

/** Some tests, as Vitest selects them. */
export interface Selection {
  /** From the top of the repository. */
  readonly file: string;
  /** Only tests whose names have this in them; plain words, as Vitest takes it for a regular expression. */
  readonly pattern: string;
}

export interface Mutation {
  readonly name: string;
  readonly what: string;
  readonly patches: readonly Patch[];
  /** What must notice it. */
  readonly noticedBy: Selection;
}

const SEND = 'server/src/messaging/send.ts';
const OWNERS = 'server/src/collaboration/owners.ts';

/** MU7 takes the unique index away twice: alone, and with the look-up that keeps the same send from getting that far. */
const NO_UNIQUE_CLIENT_ID: Patch = {
  name: 'no client id is unique',
  file: 'server/src/database/migrations/sqlite/0000_first.sql',
  find: 'CREATE UNIQUE INDEX `replies_client_id`',
  replace: 'CREATE INDEX `replies_client_id`',
};

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'MU1',
    what: 'the fence is not compared with the newest',
    patches: [
      {
        name: 'skip the fence check',
        file: SEND,
        find: 'if (!mine || input.fence !== target.lockEpoch) {',
        replace: 'if (!mine) {',
      },
    ],
    noticedBy: { file: 'test/scenarios/send.test.ts', pattern: 'overtaken: lock_lost' },
  },
  {
    name: 'MU2',
    what: 'a lease is released by DEL, whoever has it',
    patches: [
      {
        name: 'DEL without token',
        file: 'server/src/cluster/leases-redis.ts',
        find: 'await store.redlock.release(lockOf(store, key, token));',
        replace: 'await Promise.all(store.masters.clients.map((client) => client.del(store.at(key))));',
      },
    ],
    noticedBy: { file: 'test/cluster/leases.test.ts', pattern: 'release' },
  },
  {
    name: 'MU5',
    what: 'a reply is acknowledged before its commit',
    patches: [
      {
        name: 'acknowledge early',
        file: SEND,
        find: 'return await deps.db.inTransaction((tx) => storeOnce(tx, deps, author, input, findRight));',
        replace: `return await new Promise((acknowledge, fail) => {
          deps.db
            .inTransaction(async (tx) => {
              const stored = await storeOnce(tx, deps, author, input, findRight);
              acknowledge(stored);
              await new Promise((done) => setTimeout(done, 200));
              return stored;
            })
            .catch(fail);
        });`,
      },
    ],
    noticedBy: { file: 'test/scenarios/database.test.ts', pattern: 'survives kill -9' },
  },
  {
    name: 'MU7',
    what: 'the database does not hold client ids unique',
    patches: [NO_UNIQUE_CLIENT_ID],
    noticedBy: { file: 'test/scenarios/database.test.ts', pattern: 'a second reply under one client id' },
  },
  {
    name: 'MU7, and no look-up',
    what: 'neither the database nor the door knows a client id again',
    patches: [
      NO_UNIQUE_CLIENT_ID,
      {
        name: 'no look-up',
        file: SEND,
        find: 'if (known !== undefined) return await repeat(tx, deps, author, known, hash);',
        replace: '',
      },
      {
        name: 'no look-up of a twin',
        file: SEND,
        find: 'if (twin === undefined) throw refusal;',
        replace: 'if (twin !== null) throw refusal;',
      },
    ],
    noticedBy: { file: 'test/scenarios/send.test.ts', pattern: 'twenty times at once' },
  },
  {
    name: 'MU9',
    what: 'the renewal timer of a lock that is over goes on',
    patches: [
      {
        name: 'leave the timer',
        file: OWNERS,
        find: 'owner.cancelRenew();\n    owner.cancelIdle();',
        replace: 'owner.cancelIdle();',
      },
    ],
    noticedBy: { file: 'server/src/collaboration/heart.test.ts', pattern: 'a lock that was given back' },
  },
];

export interface TestRun {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly message: string }[];
  /** What Vitest said, for when nothing ran. */
  readonly output: string;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/**
 * Runs some selections of tests of the copy at `top` together, in a process of its own, and answers what came of each, in
 * their order.
 */
export async function runSelections(
  top: string,
  selections: readonly Selection[],
  timeout = 120_000,
): Promise<TestRun[]> {
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
  // Where the configuration, which is in the copy too, has it written.
  const report = join(top, 'test/.output/vitest.json');
  await rm(report, { force: true });
  const files = new Set(selections.map(({ file }) => file));
  const names = selections.map(({ pattern }) => pattern).join('|');
  const args = [vitest, 'run', '--root', top, '--testNamePattern', names, ...files];
  const output = await new Promise<string>((done) => {
    // It ends with an error where tests fail: what failed stands in the report.
    execFile(process.execPath, args, { cwd: top, timeout, maxBuffer: 1e8 }, (_error, stdout, stderr) =>
      done(`${stdout}\n${stderr}`),
    );
  });
  const text = await readFile(report, 'utf8').catch(() => '{"testResults":[]}');
  const { testResults } = JSON.parse(text) as Report;
  return selections.map(({ file, pattern }) => {
    const tests = testResults
      .filter(({ name }) => name === join(top, file))
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => fullName.includes(pattern));
    return {
      passed: tests.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName),
      failed: tests
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => ({ name: fullName, message: failureMessages?.[0] ?? '' })),
      output,
    };
  });
}
