import { expect, test } from 'vitest';
import { createFakeServer } from '../testing/index.ts';
import { clientOf, join, said } from '../test-clients.ts';

async function opened(server = createFakeServer()) {
  const joined = await join(server);
  const conversation = joined.client.conversation('c1');
  const lease = conversation.open({ lock: 'none' });
  await conversation.ready;
  const stored = () => server.world.conversations.get('c1')?.drafts.get('ana reply');
  return { server, ...joined, conversation, lease, draft: conversation.draft('reply'), stored };
}

const saves = (server: ReturnType<typeof createFakeServer>): number =>
  said(server).filter((name) => name === 'draft.save').length;

test('a draft is saved when it rests, and while typing goes on without a rest', async () => {
  const { server, draft, stored } = await opened();
  draft.set('D');
  await server.advance(600);
  draft.set('De');
  await server.advance(600);
  expect([saves(server), draft.getSnapshot().status]).toEqual([0, 'unsaved']);
  await server.advance(200);
  expect(stored()?.body).toBe('De');
  expect(draft.getSnapshot()).toEqual({ status: 'saved', body: 'De', savedAt: expect.any(Number) });
  for (let letter = 0; letter < 20; letter += 1) {
    draft.set(`Dear ${letter}`);
    await server.advance(300);
  }
  expect(saves(server)).toBeGreaterThanOrEqual(2);
  expect(saves(server)).toBeLessThanOrEqual(4);
});

test('an unchanged text is not saved, an emptied one deletes the draft', async () => {
  const { server, draft, stored } = await opened();
  draft.set('Dear');
  draft.set('');
  await server.advance(2_000);
  expect(saves(server)).toBe(0);
  draft.set('Dear');
  await draft.flush();
  draft.set('');
  await draft.flush();
  expect(stored()).toMatchObject({ body: '', revision: 2 });
});

test('what is written without a connection, or before the thread is read, is saved as soon as that is possible', async () => {
  const server = createFakeServer();
  const { client, line } = clientOf(server);
  const draft = client.conversation('c1').draft('reply');
  draft.set('Before anything');
  client.conversation('c1').open({ lock: 'none' });
  await client.connect();
  await server.advance(1_000);
  expect(server.world.conversations.get('c1')?.drafts.get('ana reply')?.body).toBe('Before anything');
  line.cut();
  draft.set('In the tunnel');
  await server.advance(2_000);
  expect(draft.getSnapshot().status).toBe('unsaved');
  line.mend();
  await server.advance(9_000);
  expect(draft.getSnapshot()).toMatchObject({ status: 'saved', body: 'In the tunnel' });
});

test('leaving the conversation saves at once', async () => {
  const { server, draft, lease, stored } = await opened();
  draft.set('Half');
  lease.release();
  await server.advance(260);
  expect(stored()?.body).toBe('Half');
  expect(said(server).slice(-2)).toEqual(['draft.save', 'conversation.leave']);
});

test('a newer text of another tab is offered: taken, or overwritten knowingly', async () => {
  for (const keep of ['newer', 'mine'] as const) {
    const server = createFakeServer();
    const one = await opened(server);
    const two = await opened(server);
    one.draft.set('Of the first tab');
    await one.draft.flush();
    two.draft.set('Of the second tab');
    await two.draft.flush();
    expect(two.draft.getSnapshot()).toEqual({
      status: 'conflict',
      body: 'Of the second tab',
      newer: 'Of the first tab',
    });
    two.draft.set('Of the second tab, longer');
    await server.advance(5_000);
    expect(one.stored()?.body).toBe('Of the first tab');
    two.draft.resolve(keep);
    await server.advance(1_000);
    const expected = keep === 'mine' ? 'Of the second tab, longer' : 'Of the first tab';
    expect([two.draft.getSnapshot().body, two.draft.getSnapshot().status]).toEqual([expected, 'saved']);
    expect(one.stored()?.body).toBe(expected);
  }
});

test('a save whose answer was lost is no conflict with itself', async () => {
  const { server, line, draft, stored } = await opened();
  draft.set('Once');
  server.gateway.mute.add('draft.save');
  await server.advance(800);
  expect(stored()?.revision).toBe(1);
  server.gateway.mute.clear();
  line.blink();
  await server.advance(5_000);
  expect(draft.getSnapshot()).toMatchObject({ status: 'saved', body: 'Once' });
});

test('a late autosave cannot bring a sent text back', async () => {
  const { server, conversation, draft, stored } = await opened();
  draft.set('Dear Mia, it is on its way.');
  await server.advance(690);
  await conversation.reply({ body: 'Dear Mia, it is on its way.' }).confirmed;
  await server.advance(10_000);
  expect(stored()?.body ?? '').toBe('');
  expect(draft.getSnapshot()).toMatchObject({ status: 'saved', body: '' });
  draft.set('Another one');
  await server.advance(1_000);
  expect(stored()?.body).toBe('Another one');
});

test('a sent note leaves no draft behind either', async () => {
  const { server, conversation } = await opened();
  const draft = conversation.draft('note');
  draft.set('She called');
  await draft.flush();
  await conversation.note({ body: 'She called' }).confirmed;
  await server.advance(2_000);
  expect(server.world.conversations.get('c1')?.drafts.get('ana note')?.body).toBe('');
});

test('a text that the server does not take is kept here, and tried again when it changes', async () => {
  const { server, draft, stored } = await opened();
  server.refuse('draft.save', 'too_large', { max: 65_536 });
  draft.set('far too long');
  await server.advance(1_000);
  expect(draft.getSnapshot()).toMatchObject({
    status: 'refused',
    body: 'far too long',
    error: { code: 'too_large' },
  });
  draft.set('shorter');
  await server.advance(1_000);
  expect(stored()?.body).toBe('shorter');
});

test('a draft of before is there when the conversation is opened', async () => {
  const { server, client, draft } = await opened();
  draft.set('To be continued');
  await client.close();
  const later = await opened(server);
  expect(later.draft.getSnapshot()).toMatchObject({ status: 'saved', body: 'To be continued' });
});
