import { LatchboxError } from '@latchbox/client';
import { putAddress } from '@latchbox/shared/http/inbox-addresses';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../tools/world.ts';
import { lockIs, opened, type People, people, shows } from './stage.ts';

let world: World;
let sdk: People;

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: { orders: { lockOn: 'open', conversations: 2 }, other: { conversations: 1 } },
      agents: {
        ana: { inboxes: ['orders'] },
        cleo: { inboxes: ['other'] },
        mia: { role: 'admin', capability: 'manage' },
      },
    },
  });
  sdk = people(world);
});
afterAll(async () => {
  await sdk[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const idsOf = (inbox: string): string[] => [...(world.seeded.inboxes[inbox]?.conversations ?? [])];

test('T5: through the SDK a file is uploaded, goes with a reply, and is served to whoever may read it', async () => {
  const ana = await sdk.join('ana');
  const cleo = await sdk.join('cleo');
  const conversation = await opened(ana, idsOf('orders')[0] ?? '');
  await lockIs(conversation, 'mine');
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const uploaded = await ana.upload(bytes, { name: 'Übersicht.bin' });
  expect(uploaded).toMatchObject({ name: 'Übersicht.bin', size: 60_000 });
  expect(LatchboxError.is(await cleo.fileLink(uploaded.id).catch((e: unknown) => e), 'not_found')).toBe(true);
  const picture = await ana.upload(new Blob(['not really'], { type: 'image/png' }), { name: 'a.png' });
  expect(picture.type).toBe('image/png');
  const sent = conversation.reply({ body: 'Both are attached.', attachments: [uploaded.id, picture.id] });
  expect((await sent.confirmed).attachments?.map(({ id }) => id)).toEqual([uploaded.id, picture.id]);
  const { url } = await ana.fileLink(uploaded.id);
  expect(url.startsWith(world.server().url)).toBe(true);
  const served = await fetch(url);
  expect(new Uint8Array(await served.arrayBuffer())).toEqual(bytes);
  // Taken already: it goes with nothing else.
  const again = await conversation
    .note({ body: 'Once more', attachments: [picture.id] })
    .confirmed.catch((error: unknown) => error);
  expect(LatchboxError.is(again, 'not_found')).toBe(true);
});

test('T5: through the SDK the HTML and the raw form of a mail are read, and what left is listed', async () => {
  const ana = await sdk.join('ana');
  const { token } = world.agent('mia');
  const inboxId = world.seeded.inboxes['orders']?.inboxId ?? '';
  const addressed = { params: { inbox: inboxId, address: 'orders@shop.example' }, body: {} };
  await world.rest('mia').call(putAddress, addressed);
  const mail = [
    'From: Otto <otto@home.example>',
    'To: orders@shop.example',
    'Subject: A drawing',
    `Message-ID: <drawing-${Date.now()}@home.example>`,
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>Look <b>here</b> <script>alert(1)</script><img src="https://tracker.example/x.gif"></p>',
  ].join('\r\n');
  const imported = await fetch(`${world.server().url}/api/inboxes/${inboxId}/mails`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: mail,
  });
  expect(imported.status).toBe(201);
  const { conversationId, position } = (await imported.json()) as {
    conversationId: string;
    position: number;
  };
  const conversation = await opened(ana, conversationId);
  expect(conversation.getSnapshot().entries.at(-1)).toMatchObject({ mail: { html: true } });
  const { html, remoteImages } = await conversation.html(position);
  expect(html).toContain('<b>here</b>');
  expect(html).not.toContain('script');
  expect(remoteImages).toBe(1);
  expect(await (await conversation.rawMail(position)).text()).toBe(mail);
  await lockIs(conversation, 'mine');
  await conversation.reply({ body: 'I see.' }).confirmed;
  await shows('it left', conversation, ({ entries }) => {
    const last = entries.at(-1);
    return last?.kind === 'reply' && last.delivery.state !== 'queued';
  });
  const left = await ana.mails();
  expect(left.mails[0]).toMatchObject({ conversationId, recipients: ['otto@home.example'] });
  const [newest] = left.mails;
  expect(await ana.mail(newest?.id ?? '')).toMatchObject({ text: expect.stringContaining('I see.') });
  const raw = await (await ana.rawMail(newest?.id ?? '')).text();
  expect(raw).toBe(await (await conversation.rawMail(newest?.position ?? 0)).text());
  expect(raw).toContain('To: Otto <otto@home.example>');
});

test('S2: through the SDK the members of an inbox are read, and the lock history as a file', async () => {
  const ana = await sdk.join('ana');
  const cleo = await sdk.join('cleo');
  const inbox = ana.inbox(world.seeded.inboxes['orders']?.inboxId ?? '');
  const me = ana.me.getSnapshot()?.id;
  const members = await inbox.members();
  expect(members.map(({ capability }) => capability).toSorted()).toEqual(['manage', 'reply']);
  expect(members.find(({ agentId }) => agentId === me)).toMatchObject({ capability: 'reply' });
  await expect(cleo.inbox(inbox.id).members()).rejects.toMatchObject({ code: 'not_found' });
  const conversation = ana.conversation(idsOf('orders')[1] ?? '');
  await (await conversation.lock.acquire()).release();
  const file = await conversation.historyCsv();
  expect(file.type).toContain('text/csv');
  const [head, ...lines] = (await file.text()).trimEnd().split('\r\n');
  expect(head).toBe('fence,holder,from,to,asked at,end reason,ended by,asked for by');
  expect(lines).toHaveLength((await conversation.history()).length);
  await expect(cleo.conversation(conversation.id).historyCsv()).rejects.toMatchObject({ code: 'not_found' });
});

test('L10: through the SDK counts follow what happens', async () => {
  const ana = await sdk.join('ana');
  const inboxId = world.seeded.inboxes['orders']?.inboxId;
  const of = (name: 'open' | 'mine'): number =>
    ana.counts.getSnapshot().find((counts) => counts.inboxId === inboxId)?.[name] ?? -1;
  ana.counts.subscribe(() => {});
  await shows('they are read', ana.counts, (counts) => counts.length === 1);
  const before = of('mine');
  const me = ana.me.getSnapshot()?.id ?? '';
  await ana.conversation(idsOf('orders')[1] ?? '').assign(me);
  await shows('one more is hers', ana.counts, () => of('mine') === before + 1);
});
