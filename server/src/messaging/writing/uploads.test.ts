/** Files of replies and notes, and the envelope of replies that leave as mails. */
import { type Attachment, EventData, MAX_ATTACHMENT_BYTES } from '@latchbox/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { attachmentsOfEntry, insertAttachments } from '../../database/attachments.ts';
import { putInboxAddress, removeInboxAddress } from '../../database/mail-addresses.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { newId } from '../../lib/ids.ts';
import { codeOf, createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
  });
  afterAll(() => ground.db.close());

  async function uploaded(who: 'anna' | 'ben', name: string, size = 3): Promise<Attachment> {
    const id = newId('att');
    const type = 'text/plain';
    const row = { id, name, type, size, file: 'f'.repeat(32), contentId: null, inline: false };
    const place = { agentId: desk.by(who).agentId, conversationId: null, position: null };
    await desk.db.inTransaction((tx) => insertAttachments(tx, [{ ...row, ...place }]));
    return { id, name, type, size };
  }

  const clientId = () => newId('req');
  const reply = (attachments: readonly string[], more: { clientId?: string; body?: string } = {}) =>
    desk.door.sendOnce(desk.by('anna'), {
      conversationId: desk.conversationId,
      clientId: more.clientId ?? clientId(),
      body: more.body ?? 'Here it is.',
      lastSeen: undefined,
      then: 'stay',
      attachments,
    });
  const note = (attachments: string[]) =>
    desk.messaging.addNote(desk.by('anna'), {
      conversationId: desk.conversationId,
      clientId: clientId(),
      body: 'For later.',
      attachments,
    });
  const thread = async () => {
    const asked = { conversationId: desk.conversationId, limit: 50 };
    return (await desk.messaging.open(desk.by('ben').agentId, asked)).entries;
  };

  describe('files', () => {
    test('of a reply and a note are told, read and kept in their order', async () => {
      const files = [await uploaded('anna', 'b.txt'), await uploaded('anna', 'a.txt')];
      const [b, a] = files.map(({ id }) => id);
      const { entry } = await reply([b ?? '', a ?? '']);
      expect(entry.attachments).toEqual(files);
      const one = await uploaded('anna', 'c.txt');
      expect((await note([one.id])).entry.attachments).toEqual([one]);
      expect((await thread()).slice(-2)).toMatchObject([{ attachments: files }, { attachments: [one] }]);
      const events = (await desk.events()).map((event) => EventData.parse(event));
      expect(events).toMatchObject([{ entry: { attachments: files } }, { entry: { attachments: [one] } }]);
      const kept = await attachmentsOfEntry(desk.db.read, desk.conversationId, entry.position);
      expect(kept.map(({ name }) => name).toSorted()).toEqual(['a.txt', 'b.txt']);
    });

    test('that are not mine, not there, named twice or used are all not found, and nothing is stored', async () => {
      const mine = await uploaded('anna', 'mine.txt');
      const foreign = await uploaded('ben', 'foreign.txt');
      const used = await uploaded('anna', 'used.txt');
      await reply([used.id]);
      const before = await thread();
      for (const ids of [[foreign.id], ['att_nothere'], [mine.id, mine.id], [mine.id, used.id]]) {
        expect(await codeOf(reply(ids)), ids.join()).toBe('not_found');
        expect(await codeOf(note(ids)), ids.join()).toBe('not_found');
      }
      expect(await thread()).toEqual(before);
      expect((await reply([mine.id])).entry.attachments).toEqual([mine]);
    });

    test('go into one reply alone, however many ask at once', async () => {
      const file = await uploaded('anna', 'once.txt');
      const tries = await Promise.allSettled([reply([file.id]), note([file.id]), reply([file.id])]);
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await thread()).filter((entry) => 'attachments' in entry)).toHaveLength(1);
    });

    test('are limited together', async () => {
      const half = MAX_ATTACHMENT_BYTES / 2;
      const files = [await uploaded('anna', 'a', half), await uploaded('anna', 'b', half + 1)];
      expect(await codeOf(reply(files.map(({ id }) => id)))).toBe('too_large');
      expect((await reply([files[0]?.id ?? ''])).entry.attachments).toHaveLength(1);
    });

    test('belong to what a client id was used for', async () => {
      const [first, second] = [await uploaded('anna', 'a.txt'), await uploaded('anna', 'b.txt')];
      const id = clientId();
      const stored = await reply([first.id], { clientId: id });
      expect(await reply([first.id], { clientId: id })).toEqual(stored);
      expect(await codeOf(reply([second.id], { clientId: id }))).toBe('idempotency_mismatch');
      expect(await codeOf(reply([], { clientId: id }))).toBe('idempotency_mismatch');
      // A text cannot pass for an id of a file.
      expect(await codeOf(reply([], { clientId: id, body: `Here it is.","${first.id}` }))).toBe(
        'idempotency_mismatch',
      );
    });
  });

  describe('the envelope of a mail', () => {
    let domain = '';
    let count = 0;
    beforeEach(() => {
      domain = `shop${++count}-${dialect}.example`;
    });
    const own = (name: string, shown = '') =>
      desk.db.inTransaction((tx) =>
        putInboxAddress(tx, { inboxId: desk.inboxId, address: `${name}@${domain}`, name: shown }),
      );
    const mailed = (to: string, options: { conversationId?: string; subject?: string } = {}) =>
      desk.messaging.receive(
        desk.inbound({
          channel: 'email',
          subject: options.subject ?? 'A torn page',
          conversationId: options.conversationId ?? null,
          find: () =>
            Promise.resolve({
              conversationId: options.conversationId ?? null,
              extra: {
                mail: {
                  from: { name: 'Cora Quist', address: 'cora@quist.example' },
                  to: [{ name: '', address: `${to}@${domain.toUpperCase()}` }],
                  cc: [],
                  subject: options.subject ?? 'A torn page',
                },
              },
            }),
        }),
      );
    const answer = async (conversationId: string) =>
      (await desk.answer('It is on its way.', { conversationId })).entry.mail;

    test('is from the address that the customer wrote to last', async () => {
      await own('orders');
      await own('help', 'Fernhill help');
      const { conversationId } = await mailed('help');
      const to = [{ name: 'Cora Quist', address: 'cora@quist.example' }];
      expect(await answer(conversationId)).toEqual({
        from: { name: 'Anna Berg (Fernhill help)', address: `help@${domain}` },
        to,
        subject: 'Re: A torn page',
      });
      await mailed('orders', { conversationId, subject: 'Re: Another subject' });
      expect(await answer(conversationId)).toEqual({
        from: { name: 'Anna Berg (Orders)', address: `orders@${domain}` },
        to,
        subject: 'Re: A torn page',
      });
      const asked = { conversationId, limit: 1 };
      const [newest] = (await desk.messaging.open(desk.by('anna').agentId, asked)).entries;
      expect(newest).toMatchObject({ mail: { to } });
    });

    test('is from the oldest address where the other one is no longer ours', async () => {
      await own('first');
      await ground.clock.advance(1_000);
      await own('second');
      const { conversationId } = await mailed('second', { subject: 'RE: Where is it?' });
      await desk.db.inTransaction((tx) => removeInboxAddress(tx, desk.inboxId, `second@${domain}`));
      expect(await answer(conversationId)).toMatchObject({
        from: { address: `first@${domain}` },
        subject: 'RE: Where is it?',
      });
    });

    test('is missing where an inbox has no address: nothing is stored', async () => {
      const { conversationId } = await mailed('orders');
      expect(await codeOf(desk.answer('Nobody gets this.', { conversationId }))).toBe('not_connected');
    });

    test('an address belongs to one inbox', async () => {
      const other = await createDesk(ground);
      expect(await own('orders')).toBe(true);
      const take = other.db.inTransaction((tx) =>
        putInboxAddress(tx, { inboxId: other.inboxId, address: `orders@${domain}`, name: '' }),
      );
      expect(await take).toBe(false);
      expect(await own('orders', 'Another name')).toBe(true);
    });
  });
});
