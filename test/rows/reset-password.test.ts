/** T14: who runs the server lets an admin in again who has lost the password, where no mail leaves it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { changeAgent, createAgent } from '@latchbox/shared/http/agents';
import { listAudit } from '@latchbox/shared/http/audit';
import { resetPassword } from '@latchbox/shared/http/security';
import { inviteUser } from '@latchbox/shared/http/users';
import { expect, test } from 'vitest';
import { adminRest, idOf } from '../browser/admin-rest.ts';
import { demoAgent } from '../browser/demo-agents.ts';
import { restClient, signInOver } from '../tools/rest-client.ts';
import { refusal } from '../tools/scenario.ts';
import { startServer } from '../tools/server-process.ts';

const COMMAND = join(import.meta.dirname, '../../server/src/reset-password/main.ts');
const NEW = 'a pass phrase that is new';

test('T14: a command beside the running server prints a link by which the only admin sets a new password, once; others are refused in words', {
  timeout: 60_000,
}, async () => {
  await using server = await startServer();
  const reset = (args: readonly string[], env: Record<string, string> = {}) =>
    promisify(execFile)(process.execPath, [COMMAND, ...args], {
      env: { PATH: process.env['PATH'], DATA_DIR: server.dataDir, PORT: '4123', ...env },
    });
  const refused = async (args: readonly string[], env?: Record<string, string>) => {
    const error: unknown = await reset(args, env).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 1 });
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `${stdout}${stderr}`;
  };
  const { email, password } = demoAgent('Mara Okafor');
  const rest = await adminRest(server.url);

  const older = (await reset([email])).stdout;
  const { stdout } = await reset([` ${email.toUpperCase()} `], { PUBLIC_URL: 'https://desk.example/' });
  const [, token = ''] = /https:\/\/desk\.example\/reset#([\w-]{43})\nIt works once/.exec(stdout) ?? [];
  const [, before = ''] = /http:\/\/localhost:4123\/reset#([\w-]{43})\n/.exec(older) ?? [];
  expect([token, before].map((one) => one.length)).toEqual([43, 43]);
  const { entries } = await rest.call(listAudit, { query: { action: 'user.password_reset_sent' } });
  expect(entries).toHaveLength(2);
  expect(entries[0]).toMatchObject({ actor: null, details: { mailed: false, by: 'command line' } });
  const written = JSON.stringify(await rest.call(listAudit));
  expect(written).not.toContain(token);

  const anyone = restClient(server.url, null);
  const use = (by: string) => anyone.call(resetPassword, { body: { token: by, password: NEW } });
  await refusal('not_found', use(before));
  await use(token);
  await refusal('not_found', use(token));
  await refusal('unauthenticated', signInOver(anyone, { email, password }));
  const mara = restClient(server.url, (await signInOver(anyone, { email, password: NEW })).token);

  // Nobody else is let in by it, and nothing is made by a mistake.
  expect(await refused([])).toContain('Usage: npm run reset-password -- EMAIL');
  expect(await refused(['nobody@shop.example'])).toBe(
    'No link was made. There is no account with this address.\n',
  );
  const jonas = demoAgent('Jonas Lind').email;
  const agent = await idOf(mara, 'Jonas Lind');
  await mara.call(changeAgent, { params: { agent }, body: { state: 'locked' } });
  expect(await refused([jonas])).toBe('No link was made. This seat is locked.\n');
  await mara.call(changeAgent, { params: { agent }, body: { state: 'deactivated' } });
  expect(await refused([jonas])).toBe('No link was made. This account is deactivated.\n');
  await mara.call(inviteUser, { body: { email: 'ida@shop.example', byHand: true } });
  expect(await refused(['ida@shop.example'])).toBe(
    'No link was made. The invitation to this account was not accepted yet.\n',
  );
  // A system actor has no address: nothing that is typed means one.
  const robot = await mara.call(createAgent, { body: { kind: 'system', name: 'Robot' } });
  for (const typed of [robot.id, robot.name, ''])
    expect(await refused([typed])).toContain('There is no account with this address.');
  expect(await refused([email], { DATA_DIR: join(server.dataDir, 'elsewhere') })).toContain('Set DATA_DIR');
});
