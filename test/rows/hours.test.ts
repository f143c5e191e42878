/** Office hours and out of office on a started server: by mail to programs that answer everything, and by text. */
import { getConversation, listConversations, setAssignee } from '@latchbox/shared/http/conversations';
import { listAudit } from '@latchbox/shared/http/audit';
import {
  changeAgentHours,
  changeInboxHours,
  changeMyHours,
  getAgentHours,
  getHoursPresets,
  getInboxHours,
  getMyHours,
  previewInboxHours,
  tryInboxHours,
} from '@latchbox/shared/http/hours';
import { buyNumber } from '@latchbox/shared/http/numbers';
import { carrierText, getCarrier } from '@latchbox/shared/http/carrier';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { type AutoResponder, startAutoResponder } from '../tools/mail/auto-responder.ts';
import { freePort } from '../tools/server-process.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

const ORDERS = 'orders@shop.example';
const MARKED = 'marked@quist.example';
const NOW_ON = { mode: 'on' } as const;
const OFF = { mode: 'off' } as const;
const TEXT = {
  subject: 'Away: {{subject}}',
  body: 'Hello {{contact}}, nobody is here.\nBack on {{back}}.',
  sms: 'Nobody is here.',
};

let world: World;
let responder: AutoResponder;
let port = 0;
beforeAll(async () => {
  port = await freePort();
  responder = await startAutoResponder({ port, to: ORDERS, marked: (address) => address === MARKED });
  const inbox = { times: SHORT, conversations: 0 };
  world = await startWorld({
    seed: {
      inboxes: { orders: { ...inbox, addresses: [ORDERS] }, texts: inbox },
      agents: {
        ana: {},
        mia: { role: 'admin', inboxes: [] },
        rita: { capability: 'read' },
        max: { capability: 'manage' },
      },
    },
    env: { SMTP_URL: responder.url, SMTP_PORT: String(port) },
  });
}, 60_000);
afterAll(async () => {
  await responder[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const as = (name: string) => world.rest(name);
const inbox = (name = 'orders') => ({ inbox: world.seeded.inboxes[name]?.inboxId ?? '' });
const set = (when: object, name = 'orders', who = 'mia') =>
  as(who).call(changeInboxHours, {
    params: inbox(name),
    body: { outOfOffice: { when, text: TEXT } } as never,
  });
const refused = (code: string) => ({ code });

async function conversation(address: string) {
  const { rows } = await as('ana').call(listConversations, { query: { limit: 100 } });
  const row = rows.find(({ contact }) => contact.address === address);
  if (row === undefined) throw new Error(`no conversation of ${address}`);
  return await as('ana').call(getConversation, { params: { conversation: row.id } });
}
const messages = (address: string, count: number) =>
  eventually(
    `${count} messages of ${address}`,
    async () => {
      const found = await conversation(address);
      return found.entries.filter(({ kind }) => kind === 'message').length === count ? found : undefined;
    },
    15_000,
  );
const automatic = (entries: readonly { kind: string; automatic?: unknown }[]) =>
  entries.filter((entry) => entry.kind === 'reply' && entry.automatic !== undefined);

test('W5: office hours have several spans a day, holidays and a zone; what overlaps, goes over midnight or is no place is refused, and only who manages the inbox sets them', async () => {
  const { presets } = await as('ana').call(getHoursPresets);
  const hours = {
    timeZone: 'Europe/Berlin',
    week: presets['weekdaysWithBreak'],
    holidays: [{ date: '2026-12-25', yearly: true, name: 'Christmas' }],
  };
  const change = (who: string, body: object) =>
    as(who).call(changeInboxHours, { params: inbox(), body: body as never });
  expect(await change('max', { hours })).toMatchObject({
    hours: {
      timeZone: 'Europe/Berlin',
      week: {
        mon: [
          { from: '09:00', to: '12:00' },
          { from: '13:00', to: '17:00' },
        ],
      },
    },
  });
  for (const who of ['ana', 'rita'])
    await expect(change(who, { hours })).rejects.toMatchObject(refused('forbidden'));
  const mon = (...spans: object[]) => ({ hours: { ...hours, week: { ...presets['closed'], mon: spans } } });
  const wrong = async (body: object, path: string, message: string) =>
    await expect(change('mia', body)).rejects.toMatchObject({
      code: 'invalid',
      details: { issues: [{ path, message: expect.stringContaining(message) }] },
    });
  await wrong(
    mon({ from: '09:00', to: '12:00' }, { from: '11:00', to: '17:00' }),
    'hours.week.mon.1',
    'overlaps',
  );
  await wrong(mon({ from: '22:00', to: '06:00' }), 'hours.week.mon.0.to', 'two spans');
  await wrong({ hours: { ...hours, timeZone: 'Mars/Olympus' } }, 'hours.timeZone', 'time zone');
  expect((await as('rita').call(getInboxHours, { params: inbox() })).hours?.holidays).toHaveLength(1);
  const { entries } = await as('mia').call(listAudit, { query: { action: 'hours.changed' } as never });
  expect(entries[0]).toMatchObject({
    actor: { name: 'max' },
    object: { id: inbox().inbox },
    details: { before: { hours: null }, after: { hours: { timeZone: 'Europe/Berlin' } } },
  });
});

test('M9: who would be answered when is previewed, also by settings that are not stored; Auto needs hours, and a placeholder that there is not is refused', async () => {
  const saved = await as('ana').call(previewInboxHours, { params: inbox(), query: { days: 7 } });
  expect(saved).toMatchObject({ answers: [], sample: null });
  expect(saved.open.length).toBeGreaterThan(4);
  const when = { mode: 'auto' } as const;
  const tried = await as('ana').call(tryInboxHours, {
    params: inbox(),
    body: { outOfOffice: { when, text: TEXT } },
  });
  expect(tried.answers.length).toBeGreaterThan(4);
  // What is not open is answered: the two fill the week.
  const all = [...tried.answers, ...tried.open].toSorted((one, other) => one.from - other.from);
  expect([all[0]?.from, all.at(-1)?.to]).toEqual([tried.from, tried.to]);
  for (const [at, one] of all.entries()) if (at > 0) expect(one.from).toBe(all[at - 1]?.to);
  expect(tried.sample).toMatchObject({
    subject: 'Away: A question',
    body: expect.stringContaining('Back on '),
  });
  expect((await as('ana').call(getInboxHours, { params: inbox() })).outOfOffice.when).toEqual(OFF);

  const auto = { params: inbox('texts'), body: { outOfOffice: { when, text: TEXT } } };
  await expect(as('mia').call(changeInboxHours, auto)).rejects.toMatchObject(refused('invalid'));
  const braces = { when, text: { ...TEXT, body: 'Ask {{boss}}' } };
  await expect(
    as('mia').call(changeInboxHours, { params: inbox(), body: { outOfOffice: braces } }),
  ).rejects.toMatchObject(refused('invalid'));
});

test('M9: a mail is answered once, marked so that no machine answers it, in the thread of its conversation, which stays open and unread; a program that answers everything as a person would gets nothing more', async () => {
  await set(NOW_ON);
  const person = 'cora@quist.example';
  await responder.write(person, 'A torn page');
  const mail = await responder.sink.mail('the automatic answer', ({ to }) => to.includes(person), 15_000);
  expect(mail.from).toBe('');
  const header = (name: string) => mail.parsed.headers.get(name);
  expect([header('auto-submitted'), header('x-auto-response-suppress')]).toEqual(['auto-replied', 'All']);
  expect(mail.parsed.inReplyTo).toMatch(/@quist\.example>$/);
  expect(mail.parsed.subject).toBe('Away: A torn page');
  // Nobody knows until when: that line is left out.
  expect(mail.parsed.text?.trim()).toBe(`Hello ${person}, nobody is here.`);
  // The program answers it without a mark.
  const { row, entries } = await messages(person, 2);
  expect(row).toMatchObject({ status: 'open', preview: { kind: 'message' } });
  expect(row.newestIncoming).toBe(3);
  expect(automatic(entries)).toMatchObject([
    { position: 2, author: { name: 'Automatic reply' }, automatic: { reason: 'out_of_office' } },
  ]);
  for (let nth = 3; nth <= 4; nth += 1) {
    await responder.write(person, 'Re: A torn page');
    await messages(person, nth);
  }
  expect(responder.mailsTo(person)).toHaveLength(1);
  expect(world.rows('SELECT * FROM outbox')).toHaveLength(1);
});

test('M9: automatic mail is never answered, nor what asks for no answer; they reopen nothing', async () => {
  await set(NOW_ON);
  await responder.write(MARKED, 'Where is my order?');
  await eventually('its answer was answered by a machine', () => responder.answered() === 2, 15_000);
  const { row, entries } = await messages(MARKED, 2);
  expect(row.newestIncoming).toBe(1);
  expect(automatic(entries)).toHaveLength(1);
  const silent = 'silent@quist.example';
  for (const line of ['Auto-Submitted: auto-generated', 'Precedence: bulk', 'X-Auto-Response-Suppress: OOF'])
    await sendMail(
      port,
      { from: silent, to: ORDERS },
      [`From: ${silent}`, `To: ${ORDERS}`, 'Subject: News', line, '', `${line}`, ''].join('\r\n'),
    );
  const all = await as('ana').call(listConversations, { query: { limit: 100 } });
  expect(all.rows.some(({ contact }) => contact.address === silent)).toBe(true);
  expect(responder.mailsTo(silent)).toEqual([]);
  expect(responder.mailsTo(MARKED)).toHaveLength(1);
});

test('M9: one’s own absence answers in conversations that are assigned to one; admins set it for who is ill, nobody else does', async () => {
  await set(OFF);
  const mine = { outOfOffice: { when: NOW_ON, text: TEXT } };
  const ana = { agent: world.agent('ana').id };
  await expect(as('max').call(changeAgentHours, { params: ana, body: mine })).rejects.toMatchObject(
    refused('forbidden'),
  );
  await expect(as('max').call(getAgentHours, { params: ana })).rejects.toMatchObject(refused('forbidden'));
  await as('mia').call(changeAgentHours, { params: ana, body: mine });
  expect((await as('ana').call(getMyHours)).outOfOffice.when).toMatchObject({ mode: 'on' });
  const person = 'nils@quist.example';
  await responder.write(person, 'A second opinion');
  const { row, entries } = await messages(person, 1);
  expect(automatic(entries)).toEqual([]);
  await as('max').call(setAssignee, { params: { conversation: row.id }, body: { assigneeId: ana.agent } });
  await responder.write(person, 'Re: A second opinion');
  const mail = await responder.sink.mail('the automatic answer', ({ to }) => to.includes(person), 15_000);
  expect(mail.parsed.from?.text).toContain('ana (');
  await as('ana').call(changeMyHours, { body: { outOfOffice: { when: OFF, text: TEXT } } });
});

test('M9: texts are answered in a few words, once; never after STOP, nor the words of the network', async () => {
  const params = inbox('texts');
  const { e164 } = await as('mia').call(buyNumber, { params, body: { number: '+447700900001' } });
  await set(NOW_ON, 'texts');
  const text = (from: string, body: string) =>
    as('mia').call(carrierText, { body: { from, to: e164, body, picture: false } });
  const ours = async (phone: string) =>
    (await as('mia').call(getCarrier)).texts.filter((one) => one.phone === phone && one.from === 'team');
  const [one, two] = ['+447700900201', '+447700900202'];
  await text(one, 'Are you open?');
  await eventually('the text is answered', async () => (await ours(one)).length === 1, 15_000);
  expect((await ours(one))[0]).toMatchObject({ body: 'Nobody is here.', number: e164 });
  await text(two, 'STOP');
  await messages(two, 1);
  await text(two, 'Why?');
  const { entries } = await messages(two, 2);
  expect(automatic(entries)).toEqual([]);
  await text(one, 'Hello?');
  expect(automatic((await messages(one, 2)).entries)).toHaveLength(1);
  expect(await ours(two)).toEqual([]);
});
