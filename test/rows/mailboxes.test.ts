/** What mailboxes of a real provider (Dovecot, Exim) bring to a started server. */
import { getEntryRaw } from '@latchbox/shared/http/entry-mails';
import { createMailbox, getMailboxProgress } from '@latchbox/shared/http/mailboxes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { hasMailFixtures, mailFixtures } from '../tools/mail-fixtures.ts';
import {
  CORA,
  MAIL,
  type MailboxStage,
  mailOf,
  type MessageEntry,
  startMailboxStage,
} from './mailbox-stage.ts';

const HELP = 'help@shop.example';
const ORDERS = 'orders@shop.example';
const OLD = 'old@shop.example';
const SAFE = 'safe@shop.example';
const HARD = 'hard@shop.example';
const LESS = 'less@shop.example';
const ALL = 'all@shop.example';
const DAY = 86_400_000;

let stage: MailboxStage;

beforeAll(async () => {
  stage = await startMailboxStage(
    ['help', 'orders', 'old', 'safe', 'hard', 'all'],
    [HELP, ORDERS, OLD, SAFE, HARD, LESS, ALL],
  );
}, 60_000);
afterAll(async () => await stage[Symbol.asyncDispose]());

const bodies = (entries: readonly { kind: string }[]): string[] =>
  entries.filter((entry): entry is MessageEntry => entry.kind === 'message').map(({ body }) => body);

const progress = (mailbox: string) =>
  stage.world.rest('mona').call(getMailboxProgress, { params: { mailbox } });

test('H1: new mail by SMTP becomes a conversation, from several folders, once each', {
  timeout: 60_000,
}, async () => {
  const { provider } = stage;
  const folders = { ...provider.account(HELP).incoming, folders: ['INBOX', 'Support'] };
  const mailbox = await stage.connect('help', HELP, { incoming: folders });
  await provider.swaks({ from: CORA, to: HELP, subject: 'A torn page', body: 'Page 12 came torn.' });
  const { entries } = await stage.thread('A torn page');
  expect(entries).toMatchObject([{ kind: 'message', author: { address: CORA }, body: 'Page 12 came torn.' }]);
  // The same mail, moved, copied, and brought again: it is known by what it says.
  const twice = mailOf({ to: HELP, subject: 'Only once' });
  await provider.append(HELP, 'INBOX', twice);
  await provider.append(HELP, 'Support', twice);
  await provider.append(HELP, 'INBOX', twice);
  await provider.append(HELP, 'Support', mailOf({ to: HELP, subject: 'The last one' }));
  await stage.thread('The last one');
  expect((await stage.thread('Only once')).entries).toHaveLength(1);
  const all = stage.world.rows<{ outcome: string }>(
    'SELECT outcome FROM mailbox_mails WHERE mailbox_id = ?',
    mailbox.id,
  );
  expect(all.map(({ outcome }) => outcome).sort()).toEqual(['filed', 'filed', 'filed', 'known', 'known']);
});

test('one mail to two of our mailboxes: one delivery each', { timeout: 60_000 }, async () => {
  await stage.connect('orders', ORDERS);
  await stage.provider.swaks({ from: CORA, to: `${HELP},${ORDERS}`, subject: 'To both of you' });
  const [help, orders] = await eventually(
    'it lies in both inboxes',
    async () => {
      const both = await Promise.all(['help', 'orders'].map((name) => stage.rows(name)));
      const found = both.map((rows) => rows.filter(({ subject }) => subject === 'To both of you'));
      return found.every((rows) => rows.length > 0) && found;
    },
    MAIL,
    100,
  );
  expect([help?.length, orders?.length]).toEqual([1, 1]);
});

test('what a colleague wrote in another program stands in its thread', { timeout: 60_000 }, async () => {
  const { provider } = stage;
  const question = mailOf({ to: HELP, subject: 'Where is my parcel?', id: 'parcel@quist.example' });
  await provider.append(HELP, 'INBOX', question);
  const { row } = await stage.thread('Where is my parcel?');
  const answer = mailOf({
    from: `Ann in Outlook <${HELP}>`,
    to: CORA,
    subject: 'Re: Where is my parcel?',
    id: 'outlook@shop.example',
    body: 'On its way.',
    headers: { 'In-Reply-To': '<parcel@quist.example>' },
  });
  await provider.append(HELP, 'Sent', answer);
  // And one that is nobody's business here.
  await provider.append(HELP, 'Sent', mailOf({ from: HELP, to: 'friend@quist.example', subject: 'Lunch?' }));
  const { entries } = await stage.thread('Where is my parcel?', (all) => all.length > 1);
  expect(entries[1]).toMatchObject({
    kind: 'message',
    author: { address: HELP },
    body: 'On its way.',
    mail: { sentElsewhere: true, from: { name: 'Ann in Outlook', address: HELP } },
  });
  // The customer's answer to it finds the thread by its id.
  const more = { 'In-Reply-To': '<outlook@shop.example>', References: '<outlook@shop.example>' };
  await provider.append(
    HELP,
    'INBOX',
    mailOf({ to: HELP, subject: 'Thank you', body: 'Great.', headers: more }),
  );
  const { row: same } = await stage.thread('Where is my parcel?', (all) => bodies(all).includes('Great.'));
  expect(same.id).toBe(row.id);
  expect((await stage.rows('help')).some(({ subject }) => subject === 'Lunch?')).toBe(false);
});

test('the first import takes the newest mail first, and none older than its limit', {
  timeout: 60_000,
}, async () => {
  const { provider, world } = stage;
  const now = Date.now();
  const ages = Array.from({ length: 60 }, (_, place) => 60 - place);
  const old = ages.map((age) => ({
    raw: mailOf({ to: OLD, subject: `Old ${age}` }),
    at: new Date(now - age * DAY),
  }));
  await provider.fill(OLD, old);
  const account = provider.account(OLD);
  const { id } = await stage.connect('old', OLD, { incoming: { ...account.incoming, importDays: 45 } });
  const done = await eventually(
    'the import ends',
    async () => {
      const { folders } = await progress(id);
      const [inbox] = folders;
      if (inbox?.finishedAt === null) throw new Error(JSON.stringify(inbox));
      return inbox;
    },
    MAIL,
    100,
  );
  expect(done).toMatchObject({ folder: 'INBOX', kind: 'in', done: done.total });
  // The server counts days, whatever the hour.
  expect([44, 45, 46]).toContain(done.total);
  const order = world.rows<{ subject: string }>(
    "SELECT subject FROM conversations WHERE subject LIKE 'Old %' ORDER BY number",
  );
  const filed = order.map(({ subject }) => Number(subject.slice(4)));
  expect(filed).toEqual(filed.toSorted((a, b) => a - b));
  expect(filed[0]).toBe(1);
});

test('a server that is killed in the middle of an import loses nothing and brings nothing twice', {
  timeout: 120_000,
}, async () => {
  const { provider, world } = stage;
  const subjects = Array.from({ length: 90 }, (_, place) => `Safe ${place}`);
  await provider.fill(
    SAFE,
    subjects.map((subject) => ({ raw: mailOf({ to: SAFE, subject }) })),
  );
  await stage.connect('safe', SAFE);
  const counted = (): number =>
    world.rows<{ n: number }>("SELECT count(*) AS n FROM conversations WHERE subject LIKE 'Safe %'")[0]?.n ??
    0;
  await eventually('some are there', () => counted() > 10, MAIL);
  await world.server().kill9();
  expect(counted()).toBeLessThan(subjects.length);
  // Mail that comes while nobody looks.
  await provider.append(SAFE, 'INBOX', mailOf({ to: SAFE, subject: 'Safe meanwhile' }));
  await world.server().restart();
  await eventually('all are there', () => counted() >= subjects.length + 1, MAIL, 100);
  const found = world.rows<{ subject: string; n: number }>(
    "SELECT subject, count(*) AS n FROM conversations WHERE subject LIKE 'Safe %' GROUP BY subject",
  );
  expect(found.filter(({ n }) => n > 1)).toEqual([]);
  expect(found).toHaveLength(subjects.length + 1);
});

test('UIDs that mean something else from now on bring nothing twice', { timeout: 120_000 }, async () => {
  const { provider, world } = stage;
  const before = (await stage.rows('help')).length;
  const validity = () =>
    world.rows<{ v: string }>(
      "SELECT uid_validity AS v FROM mailbox_folders f JOIN mailboxes m ON m.id = f.mailbox_id WHERE m.address = ? AND f.folder = 'INBOX'",
      HELP,
    )[0]?.v;
  const first = validity();
  await provider.dovecot.stop();
  await provider.dovecot.forgetUids(HELP);
  await provider.dovecot.start();
  await provider.append(HELP, 'INBOX', mailOf({ to: HELP, subject: 'After the change' }));
  await stage.thread('After the change');
  await eventually('the old ones were looked at', () => validity() !== first, MAIL, 100);
  expect((await stage.rows('help')).length).toBe(before + 1);
});

test('T5: mail that cannot be read is kept, and stops nobody behind it', { timeout: 60_000 }, async () => {
  const { provider, world } = stage;
  const { id } = await stage.connect('hard', HARD);
  const poison = [
    'no header at all',
    `Subject: ${'long '.repeat(200_000)}\r\nFrom: x@quist.example\r\n\r\ntext\r\n`,
    Buffer.concat([Buffer.from('Subject: bytes\r\n\r\n'), Buffer.from([0xff, 0xfe, 0x80, 0x81, 0xc3])]),
    `Subject: nested\r\n${'Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n'.repeat(3_000)}`,
    'From: =?utf-8?B?////?= <>\r\nMessage-ID: <>\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nzürich\r\n',
  ];
  for (const raw of poison) await provider.append(HARD, 'INBOX', raw);
  await provider.append(HARD, 'INBOX', mailOf({ to: HARD, subject: 'Behind them' }));
  await stage.thread('Behind them');
  const kept = world.rows<{ n: number }>(
    'SELECT count(*) AS n FROM mails WHERE inbox_id = ?',
    stage.inboxId('hard'),
  );
  expect(kept[0]?.n).toBe(poison.length + 1);
  expect((await progress(id)).troubles).toEqual([]);
});

interface KeptMail {
  readonly uid: number;
  readonly outcome: string;
  readonly raw: Uint8Array | null;
  readonly conversation: string;
  readonly position: number;
}

/** The bytes that are kept of a message, as an agent saves them. */
async function rawOf(conversation: string, position: number): Promise<Buffer> {
  const path = getEntryRaw.path
    .replace('{conversation}', conversation)
    .replace('{position}', String(position));
  const headers = { authorization: `Bearer ${stage.world.agent('ann').token}` };
  const answer = await fetch(stage.world.server().url + path, { headers });
  return Buffer.from(await answer.arrayBuffer());
}

test.skipIf(!hasMailFixtures)(
  'T5: mails of many programs are kept byte for byte as the mail server has them',
  {
    timeout: 120_000,
  },
  async () => {
    const { provider, world } = stage;
    await provider.fill(ALL, mailFixtures());
    const { id } = await stage.connect('all', ALL);
    const has = await provider.mails(ALL);
    expect(has).toHaveLength(mailFixtures().length);
    const kept = await eventually(
      'all have come in',
      () => {
        const rows = world.rows<KeptMail>(
          `SELECT uid, outcome, raw, seen.conversation_id AS conversation, seen.position FROM mailbox_mails AS seen
           LEFT JOIN mails ON mails.conversation_id = seen.conversation_id AND mails.position = seen.position
          WHERE mailbox_id = ? AND folder = 'INBOX'`,
          id,
        );
        return rows.length === has.length && rows;
      },
      60_000,
      100,
    );
    const wrong: string[] = [];
    for (const { uid, outcome, raw, conversation, position } of kept) {
      // Large ones lie beside the database.
      const bytes = raw ?? (await rawOf(conversation, position));
      const there = has.find((mail) => mail.uid === uid)?.bytes;
      if (there === undefined || !there.equals(bytes)) wrong.push(`${uid} ${outcome}`);
    }
    expect(wrong).toEqual([]);
    expect((await progress(id)).troubles).toEqual([]);
  },
);

test('H4: a folder that is not there is told, and the others are read', { timeout: 60_000 }, async () => {
  const { provider, world } = stage;
  const { incoming } = provider.account(LESS);
  const body = {
    inbox: stage.inboxId('hard'),
    ...provider.account(LESS),
    incoming: { ...incoming, folders: ['INBOX', 'Renamed'] },
  };
  const { id } = await world.rest('mona').call(createMailbox, { body });
  const { state } = await stage.stands(id, (mailbox) => mailbox.state.status === 'failed');
  expect(state).toMatchObject({ part: 'folder', code: 'folder_missing' });
  await provider.append(LESS, 'INBOX', mailOf({ to: LESS, subject: 'All the same' }));
  await stage.thread('All the same');
});
