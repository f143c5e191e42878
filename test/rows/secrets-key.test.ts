/** Another key for stored passwords, while servers run and without connecting anything anew. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  connectMailbox,
  createMailbox,
  disconnectMailbox,
  getMailbox,
} from '@latchbox/shared/http/mailboxes';
import { expect, test } from 'vitest';
import { adminRest } from '../browser/admin-rest.ts';
import { eventually } from '../tools/eventually.ts';
import { startMailProvider } from '../tools/mail/provider.ts';
import { startServer } from '../tools/server-process.ts';
import { MAIL } from './mailbox-stage.ts';

const DESK = 'desk@shop.example';
const [FIRST, SECOND, WRONG] = ['first', 'second', 'wrong'].map((key) => key.padEnd(32, '.'));
const RESEAL = join(import.meta.dirname, '../../server/src/reseal/main.ts');

test('O3: passwords are sealed with another key while the server runs, and the old key is needed no more', {
  timeout: 3 * MAIL,
}, async () => {
  await using provider = await startMailProvider({ [DESK]: 'right' });
  const env = {
    ALLOWED_PRIVATE_HOSTS: 'localhost,127.0.0.1',
    NODE_EXTRA_CA_CERTS: provider.caFile,
    SMTP_PORT: '0',
  };
  const keys = (...all: (string | undefined)[]) => ({ SECRETS_KEY: all.join(',') });
  await using server = await startServer({ env: { ...env, ...keys(FIRST) } });
  const reseal = (...all: (string | undefined)[]) =>
    promisify(execFile)(process.execPath, [RESEAL], {
      env: { PATH: process.env['PATH'], DATA_DIR: server.dataDir, ...keys(...all) },
    });
  const body = { inbox: 'hello', ...provider.account(DESK) };
  const { id: mailbox } = await (await adminRest(server.url)).call(createMailbox, { body });
  await server.restart({ env: { ...env, ...keys(SECOND, FIRST) } });
  const lost = await reseal(WRONG).catch((error: unknown) => error);
  expect(lost).toMatchObject({ code: 1, stdout: expect.stringContaining(`the secret of mailbox ${DESK}`) });
  expect((await reseal(SECOND, FIRST)).stdout).toBe(
    '1 secrets are sealed with the newest key; 0 of them were before.\nOlder keys are needed no more: leave them out of SECRETS_KEY.\n',
  );
  await server.restart({ env: { ...env, ...keys(SECOND) } });
  const rest = await adminRest(server.url);
  const params = { mailbox };
  await rest.call(disconnectMailbox, { params });
  await rest.call(connectMailbox, { params });
  await eventually(
    'the mailbox is connected',
    async () => (await rest.call(getMailbox, { params })).state.status === 'connected',
    MAIL,
    50,
  );
});
