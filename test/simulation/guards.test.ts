/** A simulation that stays green when a guard of the product is taken away proves nothing. */
import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { copySources, type Patch } from '../tools/source-copy.ts';

interface Guard extends Patch {
  readonly noticedAs: RegExp;
}

const GUARDS: readonly Guard[] = [
  {
    name: 'the fence of a send is not compared with the newest',
    file: 'server/src/messaging/send.ts',
    find: 'if (!mine || input.fence !== target.lockEpoch) {',
    replace: 'if (!mine) {',
    noticedAs: /I3 fencing/,
  },
  {
    name: 'a send does not look whether the thread has moved on',
    file: 'server/src/messaging/send.ts',
    find: 'if (news.length > 0)\n    throw',
    replace: 'if (news.length > 1_000)\n    throw',
    noticedAs: /I14 no blind reply/,
  },
  {
    name: 'what follows a lost membership is told all the same',
    file: 'server/src/realtime/pump.ts',
    find: 'if (room.inboxId !== null) await memberships.confirm(room.inboxId);',
    replace: '',
    noticedAs: /I24 membership/,
  },
];

/** Seeds within which it has to be noticed. */
const WITHIN = 150;

/** Each takes some seconds: one of them every day, all of them with `LATCHBOX_ALL_GUARDS`. */
const TRIED = process.env['LATCHBOX_ALL_GUARDS'] === undefined ? GUARDS.slice(0, 1) : GUARDS;

describe.each(TRIED)('without a guard: $name', (guard) => {
  test(`is noticed within ${WITHIN} seeds`, { timeout: 120_000 }, async () => {
    await using copy = await copySources([guard]);
    const args = ['test/simulation/run.ts', '--seeds', String(WITHIN), '--seed', '1', '--workers', '1'];
    const { code, said } = await run(copy.top, [...args, '--failures', '1', '--shrink', '3000']);
    expect(said).toMatch(guard.noticedAs);
    expect(code).toBe(1);
  });
});

function run(cwd: string, args: readonly string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 1e8 }, (error, out, err) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
      resolve({ code, said: out + err });
    });
  });
}
