import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { importMail } from '@latchbox/shared/http/entry-mails';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository } from '../tools/server-process.ts';
import { mailOf, type MailWorld, startMailWorld } from './mail-stage.ts';

let mail: MailWorld;
let folder: string;

beforeAll(async () => {
  mail = await startMailWorld();
  folder = await mkdtemp(join(tmpdir(), 'latchbox-import-'));
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const inboxCode = () => mail.world.seeded.inboxes['orders']?.apiCode ?? '';

async function command(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const main = join(repository, 'server/src/channels/email/import/main.ts');
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, err };
}

test('T5: files and folders are filed the oldest first; one that fails is named and stops nothing; a second run files nothing twice', async () => {
  await mkdir(join(folder, 'mails/2025'), { recursive: true });
  const write = (name: string, content: string | Buffer) => writeFile(join(folder, 'mails', name), content);
  const question = { subject: 'From the archive', id: 'archive-1@quist.example', body: 'a question' };
  const answer = {
    subject: 'Re: From the archive',
    body: 'and more of it',
    headers: { Date: 'Wed, 04 Mar 2026 10:00:00 +0100', 'In-Reply-To': '<archive-1@quist.example>' },
  };
  await write('a-answer.EML', mailOf(answer));
  await write('2025/b-question.eml', mailOf(question));
  await write('no-mail.txt', 'not asked for');
  await write('c-large.eml', Buffer.alloc(31 * 1_024 * 1_024, 'x'));
  const args = [
    '--url',
    mail.world.server().url,
    '--key',
    mail.world.agent('mia').token,
    '--inbox',
    inboxCode(),
  ];
  const first = await command(...args, 'mails');
  expect(first).toMatchObject({ code: 1, err: '' });
  expect(first.out).toMatch(/^mails\/c-large\.eml: .*larger than the server takes/m);
  expect(first.out).toContain('2 filed, 0 known already, 1 failed.');
  const { row, messages } = await mail.thread('From the archive');
  expect(messages.map(({ body }) => body)).toEqual(['a question', 'and more of it']);
  expect(row.contact.address).toBe('cora@quist.example');
  await rm(join(folder, 'mails/c-large.eml'));
  expect(await command(...args, 'mails', 'mails/no-mail.txt')).toMatchObject({
    code: 0,
    out: '1 filed, 2 known already, 0 failed.\n',
  });
});

test('T5: a wrong key, an inbox that is not there and a path with nothing at it are said once', async () => {
  const url = mail.world.server().url;
  const key = mail.world.agent('mia').token;
  await writeFile(join(folder, 'one.eml'), mailOf({ subject: 'Never filed' }));
  const cases: [string[], RegExp][] = [
    [['--url', url, '--key', 'lbk_wrong', '--inbox', inboxCode(), 'one.eml'], /Sign in first/],
    [['--url', url, '--key', key, '--inbox', 'nowhere', 'one.eml'], /no such thing/],
    [['--url', url, '--key', key, '--inbox', inboxCode(), 'gone.eml'], /nothing at gone\.eml/],
    [['--url', 'http://127.0.0.1:1', '--key', key, '--inbox', inboxCode(), 'one.eml'], /No server answers/],
  ];
  for (const [args, sentence] of cases) {
    const { code, err } = await command(...args);
    expect(code).toBe(1);
    expect(err).toMatch(sentence);
  }
  expect((await command('--inbox', inboxCode())).code).toBe(2);
  expect(await mail.found('Never filed')).toEqual([]);
});

test('T5: importing is for admins and those who manage the inbox', async () => {
  const post = async (name: string, inbox: string) => {
    const answer = await fetch(mail.world.server().url + importMail.path.replace('{inbox}', inbox), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${mail.world.agent(name).token}`,
        'content-type': 'application/octet-stream',
      },
      body: mailOf({ subject: 'Imported' }),
    });
    return answer.status;
  };
  expect(await post('ana', inboxCode())).toBe(403);
  expect(await post('rita', inboxCode())).toBe(403);
  expect(await post('mia', 'nowhere')).toBe(404);
  expect(await mail.found('Imported')).toEqual([]);
  expect(await post('mia', inboxCode())).toBe(201);
  expect(await mail.found('Imported')).toHaveLength(1);
});
