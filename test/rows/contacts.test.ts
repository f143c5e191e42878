/** The address book on a started server: several addresses, merging and splitting, export, erasing, and how long texts are kept. */
import { listAudit } from '@latchbox/shared/http/audit';
import {
  changeContact,
  type ContactRecord,
  countContacts,
  createContact,
  eraseContact,
  getContact,
  getRetention,
  listContactConversations,
  listContacts,
  mergeContacts,
  putRetention,
  splitContact,
  undoContactAct,
} from '@latchbox/shared/http/contacts';
import {
  getConversation,
  listConversations,
  setAssignee,
  setStatus,
} from '@latchbox/shared/http/conversations';
import { sendReply } from '@latchbox/shared/http/replies';
import { acquireLock, releaseLock } from '@latchbox/shared/http/locks';
import { findContacts } from '@latchbox/shared/http/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newClientId } from '../tools/history-client.ts';
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
      inboxes: { orders: { times: SHORT, addresses: [ORDERS] }, other: { times: SHORT } },
      agents: { ana: { inboxes: ['orders'] }, mia: { role: 'admin', inboxes: ['orders'] }, ben: {} },
    },
    env: { SMTP_PORT: String(port) },
  });
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

const mia = () => world.rest('mia');
const by = (rule: string) => ({ code: 'refused', details: { rule } });
let nth = 0;
async function mailFrom(address: string, subject = 'A question', text = 'Where is it?'): Promise<void> {
  nth += 1;
  const lines = [
    `From: ${address}`,
    `To: ${ORDERS}`,
    `Subject: ${subject}`,
    `Message-ID: <n${nth}@mail.example>`,
    '',
    text,
  ];
  await sendMail(port, { from: address, to: ORDERS }, lines.join('\r\n'));
}
const rows = async () => (await world.rest('ana').call(listConversations, { query: { limit: 100 } })).rows;
const rowOf = (address: string) =>
  eventually(`a conversation of ${address}`, async () =>
    (await rows()).find(({ contact }) => contact.address === address),
  );
const found = async (search: string): Promise<ContactRecord> => {
  const { contacts } = await mia().call(listContacts, { query: { search } });
  const [one] = contacts;
  if (one === undefined || contacts.length > 1) throw new Error(`${contacts.length} contacts for ${search}`);
  return one;
};
const addresses = (contact: ContactRecord) => contact.addresses.map(({ address }) => address).toSorted();

test('T15, M8: contacts are written down, found, changed by one at a time, and refused by rules', async () => {
  const create = (name: string, ...given: string[]) =>
    mia().call(createContact, {
      body: {
        name,
        addresses: given.map((address) => ({
          channel: address.includes('@') ? ('email' as const) : ('sms' as const),
          address,
        })),
      },
    });
  const zoe = await create('Zoë Åström', 'ZOE@quist.example', '(212) 555-0140');
  expect(addresses(zoe)).toEqual(['+12125550140', 'zoe@quist.example']);
  for (const search of ['astrom', 'zoe a', 'zoe@q', '+1 212 555 0140', '+1212'])
    expect(await found(search)).toEqual(zoe);
  await expect(create('Twin', 'zoe@quist.example')).rejects.toMatchObject(by('contact_address_taken'));
  await expect(create('Ours', ORDERS)).rejects.toMatchObject(by('contact_address_own'));
  await expect(create('Wrong', 'zoe@quist')).rejects.toMatchObject({ code: 'invalid' });
  const params = { contact: zoe.id };
  const change = (body: object) =>
    mia().call(changeContact, { params, body: { version: zoe.version, ...body } });
  await expect(change({ ownerId: 'agt_nobody' })).rejects.toMatchObject(by('contact_owner_unknown'));
  const [mail, phone] = zoe.addresses;
  await expect(change({ removeAddresses: [mail?.id, phone?.id] })).rejects.toMatchObject(
    by('contact_address_last'),
  );
  await expect(change({ removeAddresses: ['adr_none'] })).rejects.toMatchObject({ code: 'not_found' });
  const { id: anaId } = world.agent('ana');
  const owned = await change({ ownerId: anaId, tags: ['VIP', 'vip', 'North'] });
  expect(owned).toMatchObject({ owner: { id: anaId }, tags: ['North', 'VIP'] });
  await expect(change({ name: 'Late' })).rejects.toMatchObject({ code: 'conflict' });
  expect((await mia().call(listContacts, { query: { owner: anaId, tag: 'vip' } })).contacts).toEqual([owned]);
  expect((await mia().call(countContacts)).tags).toContainEqual({ tag: 'VIP', contacts: 1 });
  for (let n = 1; n <= 5; n += 1) await create(`Page ${n}`, `page${n}@quist.example`);
  const names: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const query: Record<string, string | number> = {
      search: 'page',
      limit: 2,
      ...(after === '' ? {} : { after }),
    };
    const page = await mia().call(listContacts, { query });
    names.push(...page.contacts.map(({ name }) => name));
    after = page.next;
  }
  expect(names).toEqual(['Page 1', 'Page 2', 'Page 3', 'Page 4', 'Page 5']);
  for (const route of [listContacts, countContacts])
    await expect(world.rest('ana').call(route)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(world.rest('ana').call(getContact, { params })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(mia().call(getContact, { params: { contact: 'ctc_none' } })).rejects.toMatchObject({
    code: 'not_found',
  });
  const { entries } = await mia().call(listAudit, { query: { action: 'contact.changed' } });
  expect(entries[0]?.details).toMatchObject({ before: { ownerId: null }, after: { ownerId: anaId } });
});

test('T15: two contacts become one with both their conversations, and two again when it is undone', async () => {
  await mailFrom('kim@home.example', 'From home');
  await mailFrom('kim@work.example', 'From work');
  const [home, work] = [await rowOf('kim@home.example'), await rowOf('kim@work.example')];
  const merge = (contact: string, others: string[]) =>
    mia().call(mergeContacts, { params: { contact }, body: { with: others } });
  await expect(merge(home.contact.id, [home.contact.id])).rejects.toMatchObject(by('contact_merge_itself'));
  await expect(merge(home.contact.id, ['ctc_none'])).rejects.toMatchObject({ code: 'not_found' });
  const one = await merge(home.contact.id, [work.contact.id]);
  expect(addresses(one)).toEqual(['kim@home.example', 'kim@work.example']);
  const after = await rowOf('kim@work.example');
  expect(after).toMatchObject({ id: work.id, contact: { id: home.contact.id, address: 'kim@work.example' } });
  await expect(merge(home.contact.id, [work.contact.id])).rejects.toMatchObject({ code: 'not_found' });
  expect((await mia().call(getContact, { params: { contact: work.contact.id } })).id).toBe(home.contact.id);
  // A later mail from either address is the one contact's.
  await mailFrom('kim@work.example', 'Once more');
  await eventually('the next mail', async () =>
    (await rows()).some(({ subject }) => subject === 'Once more'),
  );
  const { conversations } = await mia().call(listContactConversations, { params: { contact: one.id } });
  expect(conversations.map(({ subject }) => subject).toSorted()).toEqual([
    'From home',
    'From work',
    'Once more',
  ]);

  const detail = await mia().call(getContact, { params: { contact: one.id } });
  expect(detail).toMatchObject({ conversations: 3, acts: [{ kind: 'merge', undoneAt: null }] });
  const undo = () =>
    mia().call(undoContactAct, { params: { contact: one.id, act: detail.acts[0]?.id ?? '' } });
  expect(addresses(await undo())).toEqual(['kim@home.example']);
  expect((await rowOf('kim@work.example')).contact.id).toBe(work.contact.id);
  await expect(undo()).rejects.toMatchObject(by('contact_act_undone'));
});

test('T15: an address is split off with its conversations; what was used stays', async () => {
  await mailFrom('pat@one.example');
  await mailFrom('pat@two.example');
  const [one, two] = [await rowOf('pat@one.example'), await rowOf('pat@two.example')];
  const params = { contact: one.contact.id };
  const whole = await mia().call(mergeContacts, { params, body: { with: [two.contact.id] } });
  const idOf = (address: string) => whole.addresses.find((each) => each.address === address)?.id ?? '';
  await expect(
    mia().call(changeContact, {
      params,
      body: { version: whole.version, removeAddresses: [idOf('pat@two.example')] },
    }),
  ).rejects.toMatchObject(by('contact_address_used'));
  const split = (addressIds: string[]) => mia().call(splitContact, { params, body: { addressIds } });
  await expect(split(whole.addresses.map(({ id }) => id))).rejects.toMatchObject(by('contact_split_all'));
  await expect(split(['adr_none'])).rejects.toMatchObject({ code: 'not_found' });
  const made = await split([idOf('pat@two.example')]);
  expect((await rowOf('pat@two.example')).contact.id).toBe(made.id);
  // What the merge brought is somewhere else: it cannot be undone before the split is.
  const { acts } = await mia().call(getContact, { params });
  const undo = (kind: string) =>
    mia().call(undoContactAct, {
      params: { ...params, act: acts.find((act) => act.kind === kind)?.id ?? '' },
    });
  await expect(undo('merge')).rejects.toMatchObject(by('contact_act_overtaken'));
  expect(addresses(await undo('split'))).toEqual(['pat@one.example', 'pat@two.example']);
  expect(addresses(await undo('merge'))).toEqual(['pat@one.example']);
});

test('T15: everything about one contact is exported; erased, who it was and what was written is gone, and counts stay', async () => {
  await mailFrom('erin@secret.example', 'My illness', 'I was in hospital.');
  const row = await rowOf('erin@secret.example');
  const { contact } = row;
  // A colleague is told of it, with its subject.
  await world.rest('mia').call(setAssignee, {
    params: { conversation: row.id },
    body: { assigneeId: world.seeded.agents['ana']?.id ?? '' },
  });
  await eventually('ana is told', () =>
    Promise.resolve(
      world.rows('SELECT data FROM notifications').some((one) => JSON.stringify(one).includes('illness')),
    ),
  );
  const { url } = world.server();
  const headers = { authorization: `Bearer ${world.agent('mia').token}` };
  const exported = await fetch(`${url}/api/address-book/${contact.id}/export`, { headers });
  const everything = (await exported.json()) as { conversations: { entries: { body: string }[] }[] };
  expect(everything.conversations[0]?.entries[0]?.body).toContain('I was in hospital.');
  const erase = (name = contact.name, who = 'mia') =>
    world.rest(who).call(eraseContact, { params: { contact: contact.id }, body: { name } });
  await expect(erase(contact.name, 'ana')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(erase('Somebody else')).rejects.toMatchObject(by('contact_name_differs'));
  const conversation = { conversation: row.id };
  const { fence, session } = await world
    .rest('ana')
    .call(acquireLock, { params: conversation, body: { requestId: newClientId() } });
  await expect(erase()).rejects.toMatchObject(by('contact_held'));
  await world.rest('ana').call(releaseLock, { params: conversation, body: { fence, session } });
  await erase();
  const thread = await eventually('the text is gone', async () => {
    const now = await world.rest('ana').call(getConversation, { params: conversation });
    return now.entries[0]?.kind === 'message' && now.entries[0].body === '(erased)' ? now : undefined;
  });
  expect(thread.row).toMatchObject({ id: row.id, subject: '(erased)', contact: { name: 'Erased contact' } });
  await eventually('nothing of it is left', () => {
    const file = JSON.stringify([
      world.rows('SELECT * FROM contacts'),
      world.rows('SELECT * FROM contact_addresses'),
      world.rows('SELECT * FROM entries'),
      world.rows('SELECT * FROM conversations'),
      world.rows('SELECT data FROM events'),
      world.rows('SELECT data FROM notifications'),
      world.rows('SELECT sender, recipients, subject, CAST(raw AS text) AS raw, html FROM mails'),
      world.rows('SELECT * FROM correspondences'),
      world.rows('SELECT * FROM audit'),
    ]);
    return Promise.resolve(['erin@secret', 'hospital', 'illness'].every((word) => !file.includes(word)));
  });
  await expect(erase('Erased contact')).rejects.toMatchObject(by('contact_erased'));
  // Nobody is suggested to write to nobody.
  for (const text of ['', 'erased'])
    expect(JSON.stringify(await world.rest('ana').call(findContacts, { query: { text } }))).not.toContain(
      'rased',
    );
  const again = await world
    .rest('ana')
    .call(acquireLock, { params: conversation, body: { requestId: newClientId() } });
  const reply = { clientId: newClientId(), body: 'Hello?', lastSeen: 1 };
  const under = { fence: again.fence, session: again.session };
  await expect(
    world.rest('ana').call(sendReply, { params: conversation, body: { ...reply, ...under } }),
  ).rejects.toMatchObject(by('contact_erased'));
  await world.rest('ana').call(releaseLock, { params: conversation, body: under });
  // Whoever writes again is somebody new.
  await mailFrom('erin@secret.example', 'Hello again');
  expect((await rowOf('erin@secret.example')).contact.id).not.toBe(contact.id);
});

test('T15: an inbox keeps texts of what is archived only so long; what came since stays', async () => {
  await mailFrom('old@quist.example', 'Long ago', 'A word that goes');
  await mailFrom('new@quist.example', 'Just now', 'A word that stays');
  const [old, young] = [await rowOf('old@quist.example'), await rowOf('new@quist.example')];
  for (const { id } of [old, young])
    await world.rest('ana').call(setStatus, { params: { conversation: id }, body: { status: 'archived' } });
  const params = { inbox: world.seeded.inboxes['orders']?.inboxId ?? '' };
  const put = (days: number | null, who = 'mia') =>
    world.rest(who).call(putRetention, { params, body: { days } });
  await expect(put(30, 'ana')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(put(0)).rejects.toMatchObject({ code: 'invalid' });
  await expect(
    world.rest('ana').call(getRetention, { params: { inbox: world.seeded.inboxes['other']?.inboxId ?? '' } }),
  ).rejects.toMatchObject({ code: 'not_found' });
  await world.server().sigterm();
  const { default: Sqlite } = await import('better-sqlite3');
  const raw = new Sqlite(world.database);
  raw.prepare('UPDATE conversations SET last_at = last_at - 31 * 86400000 WHERE id = ?').run(old.id);
  raw.close();
  await world.server().restart();
  expect(await put(30)).toEqual({ days: 30 });
  const body = async (id: string) => {
    const { entries } = await world.rest('ana').call(getConversation, { params: { conversation: id } });
    return entries[0]?.kind === 'message' ? entries[0].body : '';
  };
  await eventually('the old one is gone', async () => (await body(old.id)) === '(erased)');
  expect(await body(young.id)).toContain('A word that stays');
  expect(await world.rest('ana').call(getRetention, { params })).toEqual({ days: 30 });
  expect((await rows()).map(({ id }) => id)).toContain(old.id);
  expect(await put(null)).toEqual({ days: null });
});
