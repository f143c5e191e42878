import { expect, test, vi } from 'vitest';
import { clientOf, join, rejection } from './test-clients.ts';
import { createFakeServer } from './testing/index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function holding() {
  const server = createFakeServer();
  const joined = await join(server);
  const conversation = joined.client.conversation('c1');
  conversation.open();
  await conversation.lock.until(({ status }) => status === 'mine');
  return { server, ...joined, conversation };
}

test('a file is uploaded, goes with a reply, and has an address for some minutes', async () => {
  const { server, client, conversation } = await holding();
  const file = new Blob(['a picture'], { type: 'image/png' });
  const uploaded = await client.upload(file, { name: 'Straße 1.png' });
  expect(uploaded).toEqual({ id: uploaded.id, name: 'Straße 1.png', type: 'image/png', size: 9 });
  const sent = conversation.reply({ body: 'Here it is.', attachments: [uploaded.id] });
  expect(sent.optimistic.attachments).toEqual([uploaded.id]);
  expect((await sent.confirmed).attachments).toEqual([uploaded]);
  const link = await client.fileLink(uploaded.id);
  expect(link.until).toBeGreaterThan(server.now());
  expect(new URL(link.url).pathname).toMatch(/^\/files\/att_\d+\/\d+\/mac\/Stra%C3%9Fe%201.png$/);
});

test('a file goes with a note, and with nobody else’s reply', async () => {
  const { server, client, conversation } = await holding();
  const mine = await client.upload(bytes('x'), { name: 'x.bin' });
  expect(mine).toMatchObject({ type: 'application/octet-stream', size: 1 });
  const ben = await join(server, 'ben');
  expect(await rejection(ben.client.fileLink(mine.id))).toMatchObject({ code: 'not_found' });
  const stolen = ben.client.conversation('c1').note({ body: 'Mine?', attachments: [mine.id] });
  await server.flush();
  ben.client.conversation('c1').open({ lock: 'none' });
  expect(await rejection(stolen.confirmed)).toMatchObject({ code: 'not_found' });
  const noted = await conversation.note({ body: 'See there.', attachments: [mine.id] }).confirmed;
  expect(noted.attachments).toEqual([mine]);
  expect((await ben.client.fileLink(mine.id)).url).toContain(mine.id);
});

test('what is sent anyway takes its files along', async () => {
  const { server, client, conversation } = await holding();
  const { id } = await client.upload(bytes('x'), { name: 'x.bin' });
  server.customerWrites('c1', 'Wait');
  const sent = conversation.reply({ body: 'Here.', attachments: [id] });
  expect(await rejection(sent.confirmed)).toMatchObject({ code: 'thread_moved_on' });
  const stored = await conversation.sendAnyway(sent.clientId).confirmed;
  expect(stored).toMatchObject({ body: 'Here.', attachments: [{ id }] });
});

test('what is refused over REST is refused with its code and details', async () => {
  const { server, client } = await holding();
  server.refuse('POST /api/attachments', 'too_large', { max: 5 });
  expect(await rejection(client.upload(bytes('far too long'), { name: 'x' }))).toMatchObject({
    code: 'too_large',
    details: { max: 5 },
  });
});

test('a refused token is replaced once, and what was asked is asked again', async () => {
  const server = createFakeServer();
  const auth = vi.fn(async (why: string) => (why === 'expired' ? 'ana.new' : 'ana.old'));
  const { client } = await join(server, 'ana', { auth });
  server.expire('ana.old');
  expect(await client.upload(bytes('x'), { name: 'x' })).toMatchObject({ size: 1 });
  expect(await client.mails()).toMatchObject({ mails: [] });
  expect(auth.mock.calls.map(([why]) => why)).toEqual(['first', 'expired']);
  server.expire('ana.new');
  expect(await rejection(client.mails())).toMatchObject({ code: 'unauthenticated' });
});

test('it waits for a connection as long as a command does, and its signal ends it', async () => {
  const server = createFakeServer();
  const { client, line } = clientOf(server);
  line.cut();
  const abort = new AbortController();
  const given = rejection(client.mails({ signal: abort.signal }));
  const late = rejection(client.upload(bytes('x'), { name: 'x' }));
  abort.abort();
  expect(await given).toMatchObject({ code: 'aborted' });
  await server.advance(10_000);
  expect(await late).toMatchObject({ code: 'offline' });
  const connecting = client.connect();
  const kept = client.upload(bytes('x'), { name: 'x' });
  line.mend();
  await server.advance(9_000);
  await connecting;
  expect(await kept).toMatchObject({ name: 'x' });
});

test('an answer that never comes ends by its time, its signal, or the client’s end; a network that fails is offline', async () => {
  const server = createFakeServer();
  let ask: (signal: AbortSignal) => Promise<never> = async () => {
    throw new TypeError('fetch failed');
  };
  const transport = {
    open: (...given: Parameters<typeof server.transport.open>) => server.transport.open(...given),
    request: (_url: string, { signal }: { signal: AbortSignal }) => ask(signal),
  };
  const { client } = await join(server, 'ana', { transport });
  expect(await rejection(client.mails())).toMatchObject({ code: 'offline' });
  ask = (signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  const late = rejection(client.mails());
  await server.advance(31_000);
  expect(await late).toMatchObject({ code: 'timeout' });
  const abort = new AbortController();
  const given = rejection(client.mails({ signal: abort.signal }));
  await server.flush();
  abort.abort();
  expect(await given).toMatchObject({ code: 'aborted' });
  const uploading = rejection(client.upload(bytes('x'), { name: 'x' }));
  await server.advance(60_000);
  await client.close();
  expect(await uploading).toMatchObject({ code: 'closed' });
  await server.advance(60_000);
  expect(server.pendingTimers).toBe(0);
});

test('an answer that makes no sense is an error of the server, and a transport without REST is offline', async () => {
  const server = createFakeServer();
  const nonsense = { ok: false, status: 502, json: async () => 'Bad gateway', blob: async () => new Blob() };
  const open: typeof server.transport.open = (...given) => server.transport.open(...given);
  const one = await join(server, 'ana', { transport: { open, request: async () => nonsense } });
  expect(await rejection(one.client.mails())).toMatchObject({ code: 'internal' });
  const two = await join(server, 'ana', { transport: { open } });
  expect(await rejection(two.client.mails())).toMatchObject({ code: 'offline' });
});

test('the HTML of a mail comes with addresses that work on any page, its raw form byte for byte', async () => {
  const server = createFakeServer();
  const { client } = await join(server);
  const conversation = client.conversation('c1');
  const html = '<p>Hello <img src="/files/att_1/1/mac/logo.png"></p>';
  server.customerWrites('c1', 'Hello', { html, remoteImages: 2 });
  conversation.open({ lock: 'none' });
  await conversation.ready;
  expect(conversation.getSnapshot().entries.at(-1)).toMatchObject({ mail: { html: true } });
  expect(await conversation.html(2)).toEqual({
    html: '<p>Hello <img src="fake:/files/att_1/1/mac/logo.png"></p>',
    remoteImages: 2,
  });
  expect(await conversation.html(2, { images: true })).toMatchObject({ remoteImages: 0 });
  expect(await rejection(conversation.html(1))).toMatchObject({ code: 'not_found' });
  expect(await (await conversation.rawMail(2)).text()).toContain('\r\n\r\nHello');
});

test('addresses of files are those of the server, however the address was given', async () => {
  const server = createFakeServer();
  const urls: [string, string][] = [
    ['https://inbox.example.com', 'https://inbox.example.com/files/'],
    ['wss://inbox.example.com:8443/', 'https://inbox.example.com:8443/files/'],
    ['http://localhost:3000/somewhere', 'http://localhost:3000/files/'],
    ['/', '/files/'],
  ];
  for (const [url, expected] of urls) {
    const { client } = await join(server, 'ana', { url });
    const { id } = await client.upload(bytes('x'), { name: 'x' });
    expect((await client.fileLink(id)).url.startsWith(expected), url).toBe(true);
  }
});

test('the mail that left is listed, the newest first, and one is read whole', async () => {
  const { client, conversation } = await holding();
  await conversation.reply({ body: 'First.' }).confirmed;
  await conversation.reply({ body: 'Second.' }).confirmed;
  const { mails, next } = await client.mails({ inboxId: 'support' });
  expect([mails.map(({ position }) => position), next]).toEqual([[3, 2], null]);
  expect((await client.mails({ inboxId: 'sales' })).mails).toEqual([]);
  expect(await client.mail(mails[0]?.id ?? '')).toMatchObject({ text: 'Second.', attempts: [] });
  expect(await rejection(client.mail('nothing'))).toMatchObject({ code: 'not_found' });
  const raw = await client.rawMail(mails[0]?.id ?? '');
  expect(await raw.text()).toBe(await (await conversation.rawMail(3)).text());
  expect(raw.type).toBe('message/rfc822');
  expect(await rejection(client.rawMail('nothing'))).toMatchObject({ code: 'not_found' });
});

test('the members of an inbox are read as they are now, by whoever may see it', async () => {
  const { server, client } = await holding();
  const inbox = client.inbox('support');
  expect(await inbox.members()).toMatchObject([
    { agentId: 'ana', name: 'Ana', capability: 'manage' },
    { agentId: 'ben', name: 'Ben', capability: 'reply' },
    { agentId: 'cleo', name: 'Cleo', capability: 'reply' },
  ]);
  server.setCapability('ben', 'support', 'read');
  server.setCapability('cleo', 'support', null);
  const now = (await inbox.members()).map(({ name, capability }) => `${name} ${capability}`);
  expect(now).toEqual(['Ana manage', 'Ben read']);
  const cleo = await join(server, 'cleo');
  const abort = new AbortController();
  expect(await rejection(cleo.client.inbox('support').members())).toMatchObject({ code: 'not_found' });
  const given = rejection(inbox.members({ signal: abort.signal }));
  abort.abort();
  expect(await given).toMatchObject({ code: 'aborted' });
});

test('the lock history is a file of as many lines as it has periods, and one', async () => {
  const { server, client, conversation } = await holding();
  server.endLock('c1', 'idle');
  server.colleague('ben').takes('c1');
  const file = await conversation.historyCsv();
  expect(file.type).toBe('text/csv');
  const lines = (await file.text()).trimEnd().split('\r\n');
  expect(lines[0]).toBe('fence,holder,from,to,asked at,end reason,ended by');
  expect(lines.slice(1).map((line) => line.replace(/\d{4}-[^,]+/g, 'then'))).toEqual([
    '2,Ben,then,,,,',
    '1,Ana,then,then,,idle,',
  ]);
  const unknown = client.conversation('unknown').historyCsv();
  expect(await rejection(unknown)).toMatchObject({ code: 'not_found' });
});
