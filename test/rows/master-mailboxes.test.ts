/** A2 to A4: who says where answers to a mailbox arrive, what is refused and why, and who is told; on a started server, over REST. */
import { listAudit } from '@latchbox/shared/http/audit';
import { listConversations, setStatus } from '@latchbox/shared/http/conversations';
import { removeMailbox } from '@latchbox/shared/http/mailboxes';
import { listMasters, masterChoices, setMaster, setMasters } from '@latchbox/shared/http/masters';
import {
  changeNotificationSettings,
  getNotificationSettings,
  listNotifications,
} from '@latchbox/shared/http/notifications';
import { sendReply } from '@latchbox/shared/http/replies';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newClientId } from '../tools/history-client.ts';
import { refusal } from '../tools/scenario.ts';
import { freePort } from '../tools/server-process.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { type SmtpSink, startSmtpSink } from '../tools/smtp-sink.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

/** Three of Ana's, one of Ben's, and one that belongs to the inbox of all. */
const OWNERS = { a: 'ana', b: 'ana', c: 'ana', bens: 'ben', shared: null } as const;
type Box = keyof typeof OWNERS;
const BOXES = Object.keys(OWNERS) as Box[];
const id = (box: Box): string => `mbx_${box}`;

let sink: SmtpSink;
let world: World;
let port = 0;

beforeAll(async () => {
  sink = await startSmtpSink();
  port = await freePort();
  const addresses = (box: Box) => ({ times: SHORT, addresses: [`${box}@shop.example`] });
  world = await startWorld({
    seed: {
      inboxes: Object.fromEntries(BOXES.map((box) => [box, addresses(box)])),
      agents: {
        ana: { inboxes: ['a', 'b', 'c'] },
        ben: { inboxes: ['bens'] },
        // Manages Ana's inbox, and owns nothing.
        mona: { inboxes: ['a', 'shared'], capability: 'manage' },
        ada: { role: 'admin', inboxes: [] },
        otto: { role: 'admin', inboxes: [] },
      },
    },
    env: { SMTP_URL: sink.url, SMTP_PORT: String(port) },
  });
  for (const box of BOXES) connect(box, OWNERS[box], box);
}, 30_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});
beforeEach(() => {
  write('DELETE FROM notifications');
  write(
    `UPDATE mailboxes SET master_id = NULL, master_set_by = NULL, master_set_at = NULL, state = 'connected'`,
  );
});

function write(sql: string, ...values: (string | null)[]): void {
  const file = new DatabaseSync(world.database);
  try {
    file.exec('PRAGMA busy_timeout = 5000');
    file.prepare(sql).run(...values);
  } finally {
    file.close();
  }
}

/** A connected mailbox that another server seems to receive for: no IMAP server is needed for what is tested here. */
function connect(name: string, owner: string | null, inbox: Box): void {
  write(
    `INSERT INTO mailboxes (id, inbox_id, owner_id, address, name, incoming, secrets, version, state, state_at,
       rate_per_minute, claim_no, claimed_by, claim_deadline, created_by, created_at)
     VALUES (?, ?, ?, ?, '', '{}', '', 1, 'connected', 0, 60, 1, 'srv_elsewhere', 9000000000000, ?, 0)`,
    `mbx_${name}`,
    world.seeded.inboxes[inbox]?.inboxId ?? '',
    owner === null ? null : world.agent(owner).id,
    `${name}@shop.example`,
    world.agent('ada').id,
  );
  write('UPDATE inbox_addresses SET mailbox_id = ? WHERE address = ?', `mbx_${name}`, `${name}@shop.example`);
}

const set = (who: string, box: Box, master: Box | null) =>
  world.rest(who).call(setMaster, {
    params: { mailbox: id(box) },
    body: { masterId: master === null ? null : id(master) },
  });
const setMany = async (who: string, boxes: readonly Box[], master: Box | null) => {
  const body = { mailboxIds: boxes.map(id), masterId: master === null ? null : id(master) };
  return (await world.rest(who).call(setMasters, { body })).results;
};
const choices = (who: string, ...boxes: Box[]) =>
  world.rest(who).call(masterChoices, { body: { mailboxIds: boxes.map(id) } });
const mastersOf = async (who: string, query: Record<string, string> = {}) => {
  const { mailboxes } = await world.rest(who).call(listMasters, { query });
  return Object.fromEntries(mailboxes.map((one) => [one.id.slice('mbx_'.length), one]));
};
/** What the rule that refuses this says. */
async function ruled(rule: string, work: Promise<unknown>): Promise<string> {
  const refused = await refusal('refused', work);
  expect(refused.details.rule).toBe(rule);
  return refused.message;
}

test('A2: an owner sets the master of one mailbox, of several at once, and clears it', async () => {
  expect(await set('ana', 'a', 'c')).toMatchObject({
    id: id('a'),
    masterId: id('c'),
    set: { by: { name: 'ana' }, byOwner: true },
  });
  expect(await setMany('ana', ['a', 'b'], 'c')).toEqual([
    { mailboxId: id('a'), status: 'unchanged', masterId: id('c') },
    { mailboxId: id('b'), status: 'set', masterId: id('c') },
  ]);
  const all = await mastersOf('ana');
  expect(Object.keys(all)).toEqual(['a', 'b', 'c']);
  expect(all['c']).toMatchObject({
    masterId: null,
    masterOf: 2,
    owner: { name: 'ana' },
    status: 'connected',
  });
  expect(await setMany('ana', ['a', 'b'], null)).toMatchObject([{ status: 'set' }, { status: 'set' }]);
  expect((await mastersOf('ana'))['c']).toMatchObject({ masterOf: 0 });
  // Two others of hers, of which one is a master: both may follow the third, whatever the order.
  await set('ana', 'b', 'a');
  expect(await setMany('ana', ['a', 'b'], 'c')).toMatchObject([{ status: 'set' }, { status: 'set' }]);
});

test('A2: the list offers only masters that are allowed, and says why the others are not', async () => {
  await set('ana', 'b', 'c');
  write(`UPDATE mailboxes SET state = 'failed' WHERE id = ?`, id('c'));
  const offered = await choices('ana', 'a');
  expect(
    offered.choices.map((one) => [one.address, one.allowed, one.refused.map(({ rule }) => rule)]),
  ).toEqual([
    ['a@shop.example', false, ['master_itself']],
    ['b@shop.example', false, ['master_has_master']],
    ['c@shop.example', false, ['master_not_connected']],
  ]);
  for (const { refused } of offered.choices) expect(refused[0]?.message).toMatch(/^[A-Z].+\.$/);
  // What it says is what happens.
  for (const choice of offered.choices) {
    const box = choice.id.slice('mbx_'.length) as Box;
    await ruled(choice.refused[0]?.rule ?? '', set('ana', 'a', box));
  }
  write(`UPDATE mailboxes SET state = 'connected' WHERE id = ?`, id('c'));
  expect((await choices('ana', 'a')).choices.at(-1)).toMatchObject({ allowed: true, refused: [] });
  await set('ana', 'a', 'c');
});

test('A2: nobody but its owner and admins: not who manages its inbox, and strangers do not learn of it', async () => {
  await refusal('forbidden', set('mona', 'a', 'c'));
  await refusal('forbidden', choices('mona', 'a'));
  await refusal('not_found', set('ben', 'a', 'c'));
  await refusal('not_found', choices('ben', 'a'));
  await refusal('forbidden', mastersOf('ben', { owner: world.agent('ana').id }));
  await refusal('forbidden', mastersOf('mona', { scope: 'all' }));
  expect(Object.keys(await mastersOf('mona'))).toEqual([]);
  expect(await setMany('ben', ['bens', 'a'], null)).toMatchObject([
    { status: 'unchanged' },
    { status: 'refused', code: 'not_found' },
  ]);
  expect((await mastersOf('ana'))['a']).toMatchObject({ masterId: null });
});

test('A3: each refusal says its own reason, for one and for several', async () => {
  const said = new Set<string>();
  const why = async (rule: string, box: Box, master: Box) =>
    said.add(await ruled(rule, set('ada', box, master)));
  await set('ada', 'b', 'c');
  await why('master_itself', 'a', 'a');
  await why('master_of_other', 'a', 'bens');
  await why('master_shared', 'a', 'shared');
  await why('master_for_shared', 'shared', 'a');
  await why('master_has_master', 'a', 'b');
  await why('master_has_followers', 'c', 'a');
  for (const state of ['connecting', 'failed', 'disconnected']) {
    write(`UPDATE mailboxes SET state = ? WHERE id = ?`, state, id('c'));
    await why('master_not_connected', 'a', 'c');
  }
  const unknown = { params: { mailbox: id('a') }, body: { masterId: 'mbx_nothere' } };
  said.add(await ruled('master_unknown', world.rest('ada').call(setMaster, unknown)));
  expect(said.size).toBe(8);
  write(`UPDATE mailboxes SET state = 'connected'`);
  expect(await setMany('ada', ['a', 'b', 'c', 'bens', 'shared'], 'c')).toMatchObject([
    { status: 'set' },
    { status: 'unchanged' },
    { status: 'refused', rule: 'master_itself' },
    { status: 'refused', rule: 'master_of_other' },
    { status: 'refused', rule: 'master_for_shared' },
  ]);
});

test('A3: a master that is removed is nobody’s any more, and cannot be chosen again', async () => {
  connect('gone', 'ana', 'c');
  const toGone = { params: { mailbox: id('a') }, body: { masterId: 'mbx_gone' } };
  await world.rest('ana').call(setMaster, toGone);
  await world.rest('ada').call(removeMailbox, { params: { mailbox: 'mbx_gone' } });
  expect((await mastersOf('ana'))['a']).toMatchObject({ masterId: null });
  await ruled('master_unknown', world.rest('ana').call(setMaster, toGone));
});

test('A3: two admins who set crossing masters at once never make a chain', async () => {
  for (let round = 0; round < 8; round += 1) {
    write('UPDATE mailboxes SET master_id = NULL');
    const both = await Promise.allSettled([set('ada', 'a', 'b'), set('otto', 'b', 'a')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const rows = world.rows<{ id: string; master: string }>(
      `SELECT f.id, f.master_id AS master FROM mailboxes f JOIN mailboxes m ON m.id = f.master_id WHERE m.master_id IS NOT NULL`,
    );
    expect(rows).toEqual([]);
  }
});

test('A4: an admin sets, overrides and clears it for anybody; the owner is told in the page and by mail; it is in the audit with before and after', async () => {
  await set('ana', 'a', 'b');
  expect(await set('ada', 'a', 'c')).toMatchObject({
    masterId: id('c'),
    set: { by: { id: world.agent('ada').id, name: 'ada' }, byOwner: false },
  });
  const { notifications } = await world.rest('ana').call(listNotifications);
  expect(notifications.map(({ notification }) => notification)).toMatchObject([
    {
      kind: 'master_set',
      mailboxId: id('a'),
      address: 'a@shop.example',
      by: { name: 'ada' },
      masterId: id('c'),
      masterAddress: 'c@shop.example',
    },
  ]);
  const said = 'Answers to a@shop.example now arrive at c@shop.example';
  const mail = await sink.mail(said, ({ parsed }) => parsed.subject === said, 15_000);
  expect(mail.parsed.text).toContain('ada');
  expect(Object.keys(await mastersOf('otto', { scope: 'all' }))).toEqual(['a', 'b', 'bens', 'c']);
  expect(Object.keys(await mastersOf('otto', { owner: world.agent('ana').id }))).toEqual(['a', 'b', 'c']);
  const query = { action: 'mailbox.master_set', limit: '1' };
  const { entries } = await world.rest('otto').call(listAudit, { query });
  expect(entries).toMatchObject([
    {
      actor: { name: 'ada' },
      object: { type: 'mailbox', id: id('a') },
      details: {
        address: 'a@shop.example',
        before: { master: 'b@shop.example' },
        after: { master: 'c@shop.example' },
      },
    },
  ]);
});

test('A5: before it is changed it is said how many open conversations go on with another master, and they do', async () => {
  const subject = 'A cracked vase';
  const mail = (to: string, n: number) =>
    [
      `From: Rosa <rosa${n}@quist.example>`,
      `To: ${to}`,
      `Subject: ${subject} ${n}`,
      `Message-ID: <m${n}@quist.example>`,
      '',
      `Text ${n}.`,
      '',
    ].join('\r\n');
  for (const n of [1, 2, 3]) {
    await sendMail(port, { from: `rosa${n}@quist.example`, to: 'a@shop.example' }, mail('a@shop.example', n));
  }
  const query = { inbox: world.seeded.inboxes['a']?.inboxId ?? '' };
  const listed = await world.rest('ana').call(listConversations, { query });
  const rows = listed.rows.filter(({ contact }) => contact.address.endsWith('@quist.example'));
  expect(rows).toHaveLength(3);
  const answer = async (conversation: string, body: string) => {
    const reply = { clientId: newClientId(), body };
    await world.rest('ana').call(sendReply, { params: { conversation }, body: reply });
    const sunk = await sink.mail(body, ({ parsed }) => parsed.text?.includes(body) === true, 15_000);
    return sunk.parsed.replyTo?.value[0]?.address;
  };
  const [first = '', second = ''] = rows.map((row) => row.id);
  await set('ana', 'a', 'b');
  expect((await choices('ada', 'a')).mailboxes).toEqual([
    { id: id('a'), masterId: id('b'), openConversations: 0 },
  ]);
  expect(await answer(first, 'Answer to one.')).toBe('b@shop.example');
  expect(await answer(second, 'Answer to two.')).toBe('b@shop.example');
  const open = async () => (await choices('ada', 'a', 'b')).mailboxes.map((one) => one.openConversations);
  expect(await open()).toEqual([2, 0]);
  await world.rest('ana').call(setStatus, { params: { conversation: second }, body: { status: 'archived' } });
  expect(await open()).toEqual([1, 0]);
  await set('ana', 'a', 'c');
  expect(await answer(first, 'One more.')).toBe('c@shop.example');
  await set('ana', 'a', null);
  expect(await answer(first, 'And one more.')).toBeUndefined();
});

test('T13: everybody sets of what they are told, in the page and by mail, and is told of nothing else', async () => {
  const settings = (who: string, body: object) => world.rest(who).call(changeNotificationSettings, { body });
  const told = async (who: string) => (await world.rest(who).call(listNotifications)).notifications.length;
  const arrived = (box: Box, at: Box) => {
    const said = `Answers to ${box}@shop.example now arrive at ${at}@shop.example`;
    return sink.mails.filter(({ parsed }) => parsed.subject === said).length;
  };
  // What was told before may still be under way.
  const underWay = 'SELECT 1 FROM notices WHERE due_at IS NOT NULL';
  await expect.poll(() => world.rows(underWay).length, { timeout: 15_000 }).toBe(0);
  const before = { silent: arrived('b', 'c'), mailed: arrived('a', 'c') };
  expect(await world.rest('ben').call(getNotificationSettings)).toMatchObject({
    topics: { mailboxes: { page: true, mail: true }, assigned: { page: true, mail: false } },
    messages: 'mine',
  });

  // Two tabs, each with its own box: both hold.
  await Promise.all([
    settings('ana', { topics: { mailboxes: { page: false } } }),
    settings('ana', { topics: { mailboxes: { mail: false } } }),
  ]);
  expect(await settings('ana', { messages: 'none' })).toMatchObject({
    topics: { mailboxes: { page: false, mail: false }, imports: { page: true } },
    messages: 'none',
  });
  await set('ada', 'b', 'c');
  expect(await told('ana')).toBe(0);

  await settings('ana', { topics: { mailboxes: { mail: true } } });
  await set('ada', 'a', 'c');
  await expect.poll(() => arrived('a', 'c'), { timeout: 15_000 }).toBe(before.mailed + 1);
  // Mails leave in the order in which they were written: the first one was none.
  expect(arrived('b', 'c')).toBe(before.silent);
  expect(await told('ana')).toBe(0);

  await settings('ana', { topics: { mailboxes: { page: true } } });
  await set('ada', 'a', null);
  expect(await told('ana')).toBe(1);
  // What Ana set is hers.
  expect(await world.rest('ben').call(getNotificationSettings)).toMatchObject({ messages: 'mine' });
  for (const wrong of [{ messages: 'loud' }, { topics: { weather: { mail: true } } }])
    await refusal('invalid', settings('ana', wrong));
});
