/**
 * Guards of the product that can be taken away in a copy of its sources. A simulation that stays green without one of them proves
 * nothing of it.
 */
import { execFile } from 'node:child_process';
import { copySources, type Patch } from '../tools/source-copy.ts';

export interface Guard extends Patch {
  readonly noticedAs: RegExp;
}

export const GUARDS: readonly Guard[] = [
  {
    name: 'the fence of a send is not compared with the newest',
    file: 'server/src/messaging/sending/send.ts',
    find: 'if (!mine || input.fence !== target.lockEpoch) {',
    replace: 'if (!mine) {',
    noticedAs: /I3 fencing/,
  },
  {
    name: 'a send does not look whether the thread has moved on',
    file: 'server/src/messaging/sending/send.ts',
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
export const WITHIN = 150;

export interface Tried {
  /** By the invariant that it is there for, and with the exit code that says so. */
  readonly noticed: boolean;
  readonly said: string;
}

/** Runs seeds on a copy without the guard until one fails. Throws `PatchDoesNotFit`. */
export async function tryWithout(guard: Guard): Promise<Tried> {
  await using copy = await copySources([guard]);
  const args = ['test/simulation/run.ts', '--seeds', String(WITHIN), '--seed', '1', '--workers', '1'];
  const { code, said } = await run(copy.top, [...args, '--failures', '1', '--shrink', '3000']);
  return { noticed: code === 1 && guard.noticedAs.test(said), said };
}

function run(cwd: string, args: readonly string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 1e8 }, (error, out, err) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
      resolve({ code, said: out + err });
    });
  });
}
