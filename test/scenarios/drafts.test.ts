/** "Drafts" of ARCHITECTURE's "Lock, fence, send". */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HistoryClient } from '../tools/history-client.ts';
import { places, refusal, toldOf } from '../tools/scenario.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

let world: World;
let ann: HistoryClient;
let ben: HistoryClient;
const orders = places();

beforeAll(async () => {
  world = await startWorld({
    seed: {
      inboxes: { orders: { times: SHORT, conversations: 10 } },
      agents: { ann: {}, ben: {}, rita: { capability: 'read' } },
    },
  });
  ann = await world.connect('ann');
  ben = await world.connect('ben');
  await ben.wire.subscribe(world.stream('orders'));
});
afterAll(async () => {
  await world.check();
  await world[Symbol.asyncDispose]();
});

const save = (
  client: HistoryClient,
  conversationId: string,
  body: string,
  revision: number,
  kind: 'reply' | 'note' = 'reply',
) => client.wire.call('draft.save', { conversationId, kind, body, revision });
/** Drafts with a text. One without stays for its revision alone. */
const stored = async (client: HistoryClient, conversationId: string) => {
  const { drafts } = await client.wire.call('conversation.open', { conversationId, view: false, limit: 1 });
  return drafts.filter(({ body }) => body !== '');
};

describe('a draft', () => {
  test('is saved without the lock, reply and note apart, and colleagues see whose there is', async () => {
    const id = world.conversation('orders', orders());
    await save(ann, id, 'A reply', 0);
    await save(ann, id, 'A note', 0, 'note');
    expect((await stored(ann, id)).map(({ kind, body }) => [kind, body])).toEqual(
      expect.arrayContaining([
        ['note', 'A note'],
        ['reply', 'A reply'],
      ]),
    );
    expect(await stored(ben, id)).toEqual([]);
    const told = await toldOf(ben, 'draft.changed', id, ({ row }) => row.drafts.length === 2);
    expect(JSON.stringify(told)).not.toContain('A reply');
    expect(told.row.drafts.map(({ person }) => person.name)).toEqual(['ann', 'ann']);
  });

  test('with a stale revision is refused with the text that stands there', async () => {
    const id = world.conversation('orders', orders());
    const first = await save(ann, id, 'From this tab', 0);
    await using other = await world.connect('ann');
    const second = await save(other, id, 'From the other tab', first.revision);
    const stale = await refusal('conflict', save(ann, id, 'From this tab, later', first.revision));
    expect(stale.details).toMatchObject({ revision: second.revision, body: 'From the other tab' });
    expect(await stored(ann, id)).toMatchObject([{ body: 'From the other tab' }]);
  });

  test('is deleted by the send, and a late autosave cannot bring it back', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    const { revision } = await save(ann, id, 'On its way', 0);
    await ann.send(id, { fence, lastSeen: 1, body: 'On its way' });
    expect(await stored(ann, id)).toEqual([]);
    await refusal('conflict', save(ann, id, 'On its way', revision));
    expect(await stored(ann, id)).toEqual([]);
    const row = (await toldOf(ben, 'entry.added', id, ({ entry }) => entry.kind === 'reply')).row;
    expect(row.drafts).toEqual([]);
  });

  test('that was never saved before the send cannot be brought back either', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    await ann.send(id, { fence, lastSeen: 1, body: 'Typed and sent in one go' });
    await refusal('conflict', save(ann, id, 'Typed and sent in one go', 0));
    expect(await stored(ann, id)).toEqual([]);
  });

  test('survives the end of the lock and the death of the server', async () => {
    const id = world.conversation('orders', orders());
    const { fence } = await ann.acquire(id);
    await save(ann, id, 'Half a sentence', 0);
    await ann.release(id, fence);
    await world.server().kill9();
    await world.server().restart();
    ann = await world.connect('ann', { resume: ann.wire.session });
    ben = await world.connect('ben', { resume: ben.wire.session });
    expect(await stored(ann, id)).toMatchObject([{ body: 'Half a sentence' }]);
  });

  test('of a note needs membership, of a reply the right to reply', async () => {
    const id = world.conversation('orders', orders());
    await using rita = await world.connect('rita');
    await save(rita, id, 'A note', 0, 'note');
    await refusal('forbidden', save(rita, id, 'A reply', 0));
  });
});
