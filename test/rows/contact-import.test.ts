/** Contacts from a CSV, on a started server: what is said of every row, in any alphabet, once each, and undone (M8, T15). */
import { fromWireError } from '@latchbox/shared';
import {
  type ContactImport,
  getImport,
  type ImportPlan,
  listImports,
  previewImport,
  removeImport,
  startImport,
  stopImport,
  undoImport,
} from '@latchbox/shared/http/contact-imports';
import {
  changeContact,
  type ContactRecord,
  createContact,
  eraseContact,
  listContacts,
} from '@latchbox/shared/http/contacts';
import { listConversations, setAssignee } from '@latchbox/shared/http/conversations';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { freePort } from '../tools/server-process.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

const ORDERS = 'orders@shop.example';

let world: World;
let port = 0;
beforeAll(async () => {
  port = await freePort();
  world = await startWorld({
    seed: {
      inboxes: { orders: { times: SHORT, addresses: [ORDERS] } },
      agents: { ana: {}, mia: { role: 'admin' } },
    },
    env: { SMTP_PORT: String(port) },
  });
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

const mia = () => world.rest('mia');
const by = (code: string, rule?: string) => (rule === undefined ? { code } : { code, details: { rule } });

type Uploaded = ContactImport & { readonly suggestion: ImportPlan };
async function upload(content: string | Uint8Array, name = 'people.csv', who = 'mia'): Promise<Uploaded> {
  const { url } = world.server();
  const answer = await fetch(`${url}/api/contact-imports?name=${name}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${world.agent(who).token}`,
      'content-type': 'application/octet-stream',
    },
    body: content as BodyInit,
  });
  const json = (await answer.json()) as never;
  if (!answer.ok) throw fromWireError((json as { error: Parameters<typeof fromWireError>[0] }).error);
  return json;
}
async function csv(path: string): Promise<string> {
  const { url } = world.server();
  const headers = { authorization: `Bearer ${world.agent('mia').token}` };
  const answer = await fetch(`${url}/api/${path}`, { headers });
  expect(answer.headers.get('content-type')).toContain('text/csv');
  return await answer.text();
}
const until = (id: string, state: ContactImport['state']) =>
  eventually(
    `the import is ${state}`,
    async () => {
      const now = await mia().call(getImport, { params: { import: id } });
      return now.state === state ? now : undefined;
    },
    20_000,
  );
const start = (one: Uploaded, plan: Partial<ImportPlan> = {}) =>
  mia().call(startImport, { params: { import: one.id }, body: { ...one.suggestion, ...plan } });
async function imported(content: string | Uint8Array, plan: Partial<ImportPlan> = {}) {
  const one = await upload(content);
  await start(one, plan);
  return await until(one.id, 'done');
}
const undone = async (id: string) => {
  await mia().call(undoImport, { params: { import: id } });
  return await until(id, 'undone');
};
async function all(search = ''): Promise<ContactRecord[]> {
  return (await mia().call(listContacts, { query: { search, limit: 200 } })).contacts;
}
/** What undoing must give back: all but the count of changes. */
const plain = (contacts: readonly ContactRecord[]) => contacts.map((one) => ({ ...one, version: 0 }));

test('T15, M8: every row of a file is told what became of it, one wrong one stops no other, and undo gives back what was', async () => {
  const { id: anaId, email: anaMail } = world.seeded.agents['ana'] ?? { id: '', email: '' };
  const create = (name: string, address: string) =>
    mia().call(createContact, {
      body: { name, tags: ['Old'], addresses: [{ channel: 'email', address }] },
    });
  await create('Bea Known', 'bea@quist.example');
  await create('Cid Same', 'cid@quist.example');
  const before = await all();
  const lines = [
    'Name;E-Mail;Phone;Owner;Tags;Notes',
    `"Dora; ""D"" Lind";dora@quist.example;212 555 0123;${anaId};"VIP, north";x`,
    `Bea Newname;BEA@quist.example;+12125550124;${anaMail};vip;`,
    'Cid Same;cid@quist.example;;;;',
    'Dora Again;dora@quist.example;;;;',
    'Eve;eve@quist;555;;;',
    'Finn;finn@quist.example;;nobody@shop.example;;',
    'Gus;;;;;',
    '',
    'Hal;hal@quist.example;;;;;;too;many',
    'Ida;bea@quist.example,cid@quist.example;;;;',
    `Jon;${ORDERS};;;;`,
    `"=HYPERLINK(""http://evil"")";hyper@quist.example;;;;`,
    ';nameless@quist.example;;;;',
  ];
  const one = await upload(`\ufeff${lines.join('\r\n')}\r\n`, 'people.csv');
  expect(one).toMatchObject({ state: 'ready', rows: 12, encoding: 'utf-8', separator: ';', done: 0 });
  expect(one.header).toEqual(['Name', 'E-Mail', 'Phone', 'Owner', 'Tags', 'Notes']);
  expect(one.suggestion.columns).toEqual(['name', 'email', 'phone', 'owner', 'tags', null]);
  const preview = await mia().call(previewImport, { params: { import: one.id }, body: one.suggestion });
  expect(preview.rows.map(({ row, result }) => `${row} ${result}`)).toEqual([
    '2 new',
    '3 known',
    '4 known',
    '5 new',
    '6 failed',
    '7 failed',
    '8 failed',
    '10 failed',
    '11 failed',
    '12 failed',
    '13 new',
    '14 new',
  ]);
  expect(preview.rows[0]).toMatchObject({
    name: 'Dora; "D" Lind',
    addresses: ['dora@quist.example', '+1 212 555 0123'],
    tags: ['VIP', 'north'],
  });
  expect(plain(await all())).toEqual(plain(before));

  await start(one);
  const done = await until(one.id, 'done');
  expect(done.counts).toEqual({ created: 3, changed: 1, unchanged: 1, duplicates: 1, failed: 6 });
  expect(done.done).toBe(12);
  const [dora] = await all('dora@');
  expect(dora).toMatchObject({ name: 'Dora; "D" Lind', owner: { id: anaId }, tags: ['north', 'VIP'] });
  expect(dora?.addresses.map(({ address }) => address).toSorted()).toEqual([
    '+12125550123',
    'dora@quist.example',
  ]);
  const [bea] = await all('bea@');
  expect(bea).toMatchObject({ name: 'Bea Newname', owner: { id: anaId }, tags: ['Old', 'vip'] });

  const problems = (await csv(`contact-imports/${one.id}/errors`)).split('\r\n');
  expect(problems[0]).toBe('Name,E-Mail,Phone,Owner,Tags,Notes,row,problem,contact id');
  const says = (row: number) => problems.find((line) => line.includes(`,${row},`)) ?? '';
  expect(problems).toHaveLength(9);
  expect(says(5)).toContain('is the same contact as row 2.');
  expect(says(6)).toContain('“eve@quist” is no mail address; “555” is no phone number.');
  expect(says(7)).toContain('“nobody@shop.example” is no active user.');
  expect(says(8)).toContain('has neither a mail address nor a phone number.');
  expect(says(10)).toContain('has 9 cells, and the first row of the file has 6.');
  expect(says(11)).toContain('its addresses are those of different contacts: merge them first.');
  expect(says(12)).toContain('is an address of one of your inboxes.');
  const table = await csv('address-book?format=csv&search=hyper@');
  expect(table).toContain(`"'=HYPERLINK(""http://evil"")",hyper@quist.example`);
  // What was exported comes in again as it was.
  const again = await imported(table);
  expect(again.counts).toEqual({ created: 0, changed: 0, unchanged: 1, duplicates: 0, failed: 0 });
  await undone(again.id);

  const back = await undone(one.id);
  expect(back.undo).toEqual({ undone: 4, kept: 0 });
  expect(plain(await all())).toEqual(plain(before));
});

test('T15: Latin-1, UTF-16 and tabs are read; what is no table of contacts is refused by name', async () => {
  const text = 'Name\tMail\nZoë Åström\tzoe@quist.example\n';
  const files: [string, Uint8Array][] = [
    ['windows-1252', Buffer.from(text, 'latin1')],
    ['utf-16le', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['utf-16be', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['utf-8', Buffer.from(`sep=\t\r\n${text}`)],
  ];
  for (const [encoding, bytes] of files) {
    const one = await upload(bytes);
    expect(one).toMatchObject({ encoding, separator: '\t', rows: 1, header: ['Name', 'Mail'] });
    const { rows } = await mia().call(previewImport, { params: { import: one.id }, body: one.suggestion });
    expect(rows).toMatchObject([{ name: 'Zoë Åström', result: 'new', row: encoding === 'utf-8' ? 3 : 2 }]);
    await mia().call(removeImport, { params: { import: one.id } });
  }
  expect(world.rows('SELECT * FROM contact_import_rows WHERE outcome IS NULL')).toEqual([]);
  const refusedBy = (rule: string, content: string | Uint8Array) =>
    expect(upload(content)).rejects.toMatchObject(by('refused', `contact_file_${rule}`));
  await refusedBy('spreadsheet', Buffer.from('504b030414000600', 'hex'));
  await refusedBy('unreadable', Buffer.from([65, 0, 0, 0, 66, 67, 68, 69]));
  await refusedBy('empty', '');
  await refusedBy('no_rows', 'Name,Email\r\n');
  await refusedBy('columns', `${'a,'.repeat(250)}\nx`);
  await refusedBy('quote', `Name,Email\n"Ann,ann@quist.example\n${'x,y@quist.example\n'.repeat(9_000)}`);
  await expect(upload('Name,Email\nA,a@quist.example', 'people.csv', 'ana')).rejects.toMatchObject(
    by('forbidden'),
  );
  await expect(upload(new Uint8Array(30 * 1024 * 1024 + 1))).rejects.toMatchObject({
    code: 'too_large',
    details: { max: 30 * 1024 * 1024 },
  });
  const one = await upload('Name,Email\nA,a@quist.example');
  await expect(start(one, { columns: ['name', null] })).rejects.toMatchObject(
    by('refused', 'contact_import_columns'),
  );
  const params = { import: one.id };
  for (const route of [stopImport, undoImport])
    await expect(mia().call(route, { params })).rejects.toMatchObject(by('refused', 'contact_import_state'));
  for (const route of [getImport, stopImport, undoImport, removeImport])
    await expect(world.rest('ana').call(route, { params })).rejects.toMatchObject(by('forbidden'));
  await expect(world.rest('ana').call(listImports)).rejects.toMatchObject(by('forbidden'));
  await expect(mia().call(getImport, { params: { import: 'imp_none' } })).rejects.toMatchObject(
    by('not_found'),
  );
  await mia().call(removeImport, { params });
});

test('T15: a server that is killed in the middle of an import, and of undoing it, goes on and does each row once', async () => {
  const count = 1_500;
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const rows = numbers.map((n) => `Person ${n},p${n}@many.example,${n % 7 === 0 ? 'seven' : ''}`);
  const one = await upload(['Name,Email,Tags', ...rows].join('\n'));
  await start(one);
  const half = await eventually('a part is imported', async () => {
    const now = await mia().call(getImport, { params: { import: one.id } });
    return now.done >= 300 ? now : undefined;
  });
  await world.server().kill9();
  await world.server().restart();
  expect(half.done).toBeLessThan(count);
  const done = await until(one.id, 'done');
  expect(done.counts).toEqual({ created: count, changed: 0, unchanged: 0, duplicates: 0, failed: 0 });
  const total = () =>
    world.rows<{ n: number }>(
      "SELECT count(*) AS n FROM contact_addresses WHERE address LIKE '%@many.example'",
    )[0]?.n;
  expect(total()).toBe(count);

  // One writes, one is changed by hand: they stay.
  const mail = [
    'From: p5@many.example',
    `To: ${ORDERS}`,
    'Subject: Hello',
    'Message-ID: <five@many.example>',
    '',
    'It is me',
  ];
  await sendMail(port, { from: 'p5@many.example', to: ORDERS }, mail.join('\r\n'));
  const [six] = await all('p6@many.example');
  const params = { contact: six?.id ?? '' };
  await mia().call(changeContact, { params, body: { version: six?.version ?? 0, name: 'Six' } });
  await mia().call(undoImport, { params: { import: one.id } });
  await eventually('a part is undone', async () => {
    const now = await mia().call(getImport, { params: { import: one.id } });
    return (now.undo?.undone ?? 0) >= 300;
  });
  await world.server().kill9();
  await world.server().restart();
  const back = await until(one.id, 'undone');
  expect(back.undo).toEqual({ undone: count - 2, kept: 2 });
  expect(total()).toBe(2);
  const kept = await csv(`contact-imports/${one.id}/errors`);
  expect(kept).toContain(',6,the contact wrote or was written to since.,');
  expect(kept).toContain(',7,the contact was changed since.,');
});

test('T15: an import that is stopped imports no more, and what it did can be undone', async () => {
  const rows = Array.from({ length: 2_000 }, (_, at) => `p${at}@stop.example`);
  const one = await upload(['Email', ...rows].join('\n'));
  await start(one);
  await expect(start(one)).rejects.toMatchObject(by('refused', 'contact_import_state'));
  await expect(mia().call(removeImport, { params: { import: one.id } })).rejects.toMatchObject(
    by('refused', 'contact_import_state'),
  );
  const stopped = await mia().call(stopImport, { params: { import: one.id } });
  expect(stopped.state).toBe('stopped');
  expect(stopped.done).toBeLessThan(2_000);
  const there = (await mia().call(getImport, { params: { import: one.id } })).counts.created;
  expect(await undone(one.id)).toMatchObject({ undo: { undone: there, kept: 0 } });
  expect(await all('@stop.example')).toEqual([]);
});

test('T15: erasing takes who it was out of files, too: of rows that failed, and of rows that nobody imported yet', async () => {
  const secret = (n: number) => `Zelda Secret ${n};zelda@secret.example;(646) 555-0188`;
  const header = 'Name;Email;Phone;Owner';
  const plain = await imported([header, `${secret(1)};`, 'Other;other@secret-free.example;;'].join('\n'));
  expect(plain.counts.created).toBe(2);
  const failed = await imported(
    [
      header,
      `${secret(2)};nobody@shop.example`,
      ';;+1 646 555 0188;who@shop.example',
      'Bad;no address;;',
    ].join('\n'),
  );
  expect(failed.counts.failed).toBe(3);
  const waiting = await upload([header, `${secret(3)};`, 'Uma;uma@secret-free.example;;'].join('\n'));
  const [zelda] = await all('zelda@secret.example');
  await mia().call(eraseContact, {
    params: { contact: zelda?.id ?? '' },
    body: { name: zelda?.name ?? '' },
  });
  const kept = JSON.stringify([
    world.rows('SELECT * FROM contact_import_rows'),
    world.rows('SELECT * FROM contacts'),
  ]);
  for (const word of ['Zelda', 'zelda', '555-0188', '555 0188']) expect(kept).not.toContain(word);
  expect(await csv(`contact-imports/${failed.id}/errors`)).toContain('Bad,no address,,,4,');
  await start(waiting);
  const done = await until(waiting.id, 'done');
  expect(done.counts).toEqual({ created: 1, changed: 0, unchanged: 0, duplicates: 0, failed: 1 });
  expect(await csv(`contact-imports/${waiting.id}/errors`)).toContain(',,,,2,was erased.,');
  expect(await all('zelda')).toEqual([]);
});

test('M8: owners come from a column of user ids; they answer for what is assigned to nobody, until the import is undone', async () => {
  const idOf = (name: string): string => world.seeded.agents[name]?.id ?? '';
  const mailFrom = async (from: string): Promise<void> => {
    const mail = [
      `From: ${from}`,
      `To: ${ORDERS}`,
      'Subject: Hello',
      `Message-ID: <${from}>`,
      '',
      'It is me',
    ];
    await sendMail(port, { from, to: ORDERS }, mail.join('\r\n'));
  };
  const people = ['ida@owned.example', 'ole@owned.example'];
  for (const one of people) await mailFrom(one);
  const inbox = world.seeded.inboxes['orders']?.inboxId ?? '';
  const listed = async (assignee: string) =>
    (await world.rest('ana').call(listConversations, { query: { inbox, assignee } })).rows
      .filter(({ contact }) => people.includes(contact.address))
      .map(({ contact, assignee: who, byOwner }) => [contact.address, who?.id ?? null, byOwner]);
  const row = async (address: string) =>
    (await world.rest('ana').call(listConversations, { query: { inbox } })).rows.find(
      ({ contact }) => contact.address === address,
    );
  await eventually('both wrote', async () => (await listed('none')).length === 2);
  // What is assigned to somebody stays theirs, whoever owns the contact.
  const ole = await row('ole@owned.example');
  await world.rest('ana').call(setAssignee, {
    params: { conversation: ole?.id ?? '' },
    body: { assigneeId: idOf('mia') },
  });
  const done = await imported(
    [
      'Email,Owner ID',
      ...people.map((one) => `${one},${idOf('ana')}`),
      `new@owned.example,${idOf('ana')}`,
    ].join('\n'),
  );
  expect(done.counts).toMatchObject({ created: 1, changed: 2, failed: 0 });
  expect(await listed('me')).toEqual([['ida@owned.example', idOf('ana'), true]]);
  expect((await row('ole@owned.example'))?.assignee?.id).toBe(idOf('mia'));
  // Who writes for the first time after that is hers from the beginning.
  await mailFrom('new@owned.example');
  const late = await eventually('the new one wrote', () => row('new@owned.example'));
  expect(late).toMatchObject({ assignee: { id: idOf('ana') }, byOwner: true });
  await undone(done.id);
  expect(await listed('me')).toEqual([]);
  expect(await listed('none')).toEqual([['ida@owned.example', null, undefined]]);
  expect((await row('ole@owned.example'))?.assignee?.id).toBe(idOf('mia'));
});
