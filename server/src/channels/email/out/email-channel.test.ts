/** Replies as mails that are made once and kept, on both databases, with a relay that is told what to say. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insertAttachments, namedFiles } from '../../../database/attachments.ts';
import { putInboxAddress } from '../../../database/mail-addresses.ts';
import { insertMailIn, rememberMailIds } from '../../../database/mail-in.ts';
import { type GivenOrganisation, givenOrganisation } from '../../../database/testing/given.ts';
import { openTestDatabase, TEST_DIALECTS, type TestDatabase } from '../../../database/testing/open.ts';
import { createDiskFiles } from '../../../files/disk-files.ts';
import type { FileStore } from '../../../files/file-store.ts';
import { newId } from '../../../lib/ids.ts';
import { silentLog } from '../../../lib/log.ts';
import { ManualClock } from '../../../lib/manual-clock.ts';
import {
  accepted,
  type Channel,
  type DeliveryAnswer,
  type OutgoingMessage,
  unreachable,
} from '../../../messaging/delivery/channel.ts';
import { createMessaging } from '../../../messaging/messaging.ts';
import { createSendDoor } from '../../../messaging/sending/send.ts';
import { readMailId } from '../mail-id.ts';
import { createEmailChannel } from './email-channel.ts';
import { createMailsLeft } from './mails-left.ts';
import type { Relay } from './relay.ts';

const secret = 'a secret';
const never = new AbortController().signal;

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  const clock = new ManualClock();
  let db: TestDatabase;
  let folder: string;
  let files: FileStore;
  let given: GivenOrganisation;
  let conversationId: string;
  /** What the relay was given, and what it says. */
  let handed: Buffer[];
  let says: DeliveryAnswer;
  let channel: Channel;
  let kept: Channel;

  beforeEach(async () => {
    db = await openTestDatabase(dialect, { clock });
    folder = await mkdtemp(join(tmpdir(), 'latchbox-mail-'));
    files = createDiskFiles({ folder, clock });
    given = await givenOrganisation(db);
    handed = [];
    says = accepted;
    const relay: Relay = {
      async hand(mail) {
        const raw = await buffer(await mail.open());
        expect(raw.length).toBe(mail.size);
        handed.push(raw);
        return says;
      },
    };
    channel = createEmailChannel({ db, files, secret, relay, log: silentLog });
    kept = createEmailChannel({ db, files, secret, relay: undefined, log: silentLog });
    await db.inTransaction((tx) =>
      putInboxAddress(tx, { inboxId: given.inboxId, address: 'orders@fernhill.example', name: '' }),
    );
    conversationId = await customerWrites(null, 'first@quist.example');
  });
  afterEach(async () => {
    await db.close();
    await rm(folder, { recursive: true, force: true });
  });

  const deps = () => ({ db, wake: () => undefined, logEpoch: 'log_test' });

  async function customerWrites(into: string | null, messageId: string, automatic = false): Promise<string> {
    const from = { name: 'Cora Quist', address: 'cora@quist.example' };
    const mail = {
      from,
      to: [],
      cc: [],
      subject: 'A torn page',
      ...(automatic ? { automatic: true as const } : {}),
    };
    const received = await createMessaging(deps()).receive({
      inboxId: given.inboxId,
      channel: 'email',
      providerId: messageId,
      from,
      subject: 'A torn page',
      body: 'Page 12 came torn.',
      conversationId: into,
      automatic,
      find: () => Promise.resolve({ conversationId: into, extra: { mail } }),
      async keep(tx, { conversationId: at, position }) {
        await rememberMailIds(tx, at, { messageId, position }, []);
        const raw = Buffer.from(
          `Message-ID: <${messageId}>\r\nThread-Topic: A torn\r\n page\r\nThread-Index: AQH/x==\r\n\r\nThread-Topic: no\r\n`,
        );
        const envelope = { sender: 'cora@quist.example', recipients: '[]', subject: 'A torn page' };
        const row = { id: newId('mai'), inboxId: given.inboxId, conversationId: at, position, problem: null };
        await insertMailIn(tx, { ...row, ...envelope, size: raw.length, raw, file: null });
      },
    });
    return received.conversationId;
  }

  async function uploaded(name: string, bytes: Buffer): Promise<string> {
    const stored = await files.write([bytes], { max: 1e8 });
    const id = newId('att');
    const row = {
      agentId: given.anna.id,
      conversationId: null,
      position: null,
      contentId: null,
      inline: false,
    };
    const type = 'application/pdf';
    await db.inTransaction((tx) => insertAttachments(tx, [{ id, name, type, ...row, ...stored }]));
    return id;
  }

  async function replies(body: string, attachments: string[] = []): Promise<OutgoingMessage> {
    const door = createSendDoor({
      ...deps(),
      poke: () => undefined,
      endLock: () => Promise.resolve(false),
      activity: () => undefined,
    });
    const author = { agentId: given.anna.id, agentName: given.anna.name };
    const input = {
      conversationId,
      clientId: newId('req'),
      body,
      lastSeen: undefined,
      then: 'stay',
    } as const;
    const { entry } = await door.sendOnce(author, { ...input, attachments });
    return {
      messageKey: entry.id,
      inboxId: given.inboxId,
      conversationId,
      to: { name: 'Cora Quist', address: 'cora@quist.example' },
      recipients: [],
      author: author.agentName,
      subject: 'A torn page',
      body,
    };
  }

  it('hands over the same bytes at every attempt, whatever came in between', async () => {
    const message = await replies('A new page is in the post.');
    says = unreachable('later');
    expect(await channel.deliver(message, never)).toEqual(says);
    await customerWrites(conversationId, 'second@quist.example');
    says = accepted;
    expect(await channel.deliver(message, never)).toEqual(accepted);
    expect(handed).toHaveLength(2);
    expect(handed[0]?.equals(handed[1] ?? Buffer.from(''))).toBe(true);
    const mail = await PostalMime.parse(handed[0] ?? '');
    expect(mail.inReplyTo).toBe('<first@quist.example>');
    expect(readMailId(secret, mail.messageId ?? '')).toEqual({ kind: 'entry', id: message.messageKey });
  });

  it('makes one mail of a reply, also when two workers make it at once', async () => {
    const message = await replies('Once.', [await uploaded('a.pdf', randomBytes(300_000))]);
    await Promise.all([channel.deliver(message, never), channel.deliver(message, never)]);
    expect(handed).toHaveLength(2);
    expect(handed[0]?.equals(handed[1] ?? Buffer.from(''))).toBe(true);
    // The upload and one mail; what the slower worker wrote is gone again.
    const onDisk = await readdir(join(folder, 'new'));
    expect(onDisk).toHaveLength(2);
    expect([...(await namedFiles(db.read, onDisk))].toSorted()).toEqual(onDisk.toSorted());
  });

  it('carries the files of the reply, in their order, large ones past the memory', async () => {
    const [large, small] = [randomBytes(700_000), Buffer.from('small')];
    const ids = [await uploaded('large.pdf', large), await uploaded('small.pdf', small)];
    await channel.deliver(await replies('Both.', ids.toReversed()), never);
    const mail = await PostalMime.parse(handed[0] ?? '');
    expect(mail.attachments.map(({ filename }) => filename)).toEqual(['small.pdf', 'large.pdf']);
    expect(Buffer.from(mail.attachments[1]?.content as ArrayBuffer).equals(large)).toBe(true);
    expect(mail.text?.trim()).toBe('Both.');
  });

  it('answers the newest mail that a person wrote, and refers to a bounded number before it', async () => {
    await channel.deliver(await replies('One.'), never);
    for (let nth = 0; nth < 30; nth += 1) await customerWrites(conversationId, `more-${nth}@quist.example`);
    await customerWrites(conversationId, 'absent@quist.example', true);
    await channel.deliver(await replies('Two.'), never);
    const mail = await PostalMime.parse(handed[1] ?? '');
    expect(mail.inReplyTo).toBe('<more-29@quist.example>');
    const references = mail.references?.split(' ') ?? [];
    expect(references).toHaveLength(21);
    expect(readMailId(secret, references[0] ?? '')).toEqual({ kind: 'conversation', id: conversationId });
    expect(references.at(-1)).toBe('<more-29@quist.example>');
    expect(references.at(-2)).toBe('<absent@quist.example>');
  });

  it('brings along what the answered mail’s program finds its thread by', async () => {
    await channel.deliver(await replies('In your thread.'), never);
    const { headers } = await PostalMime.parse(handed[0] ?? '');
    const of = (name: string) => headers.filter(({ key }) => key === name).map(({ value }) => value);
    expect(of('thread-topic')).toEqual(['A torn page']);
    expect(of('thread-index')).toEqual(['AQH/x==']);
  });

  it('says so when a file is gone, and that nothing was handed over', async () => {
    const message = await replies('With a file.', [await uploaded('lost.pdf', Buffer.from('x'))]);
    for (const file of await readdir(join(folder, 'new'))) await files.remove(file);
    expect(await channel.deliver(message, never)).toEqual({
      status: 'refused',
      reason: 'a file of this reply is missing on the server',
    });
    expect(handed).toEqual([]);
  });

  it('is made and kept where no relay is set', async () => {
    const message = await replies('It stays here.');
    expect(await kept.deliver(message, never)).toEqual(accepted);
    expect(handed).toEqual([]);
    const left = createMailsLeft({ db, files, leaves: false });
    const { mails, leaves } = await left.list(given.anna.id, { inboxId: undefined, after: null, limit: 10 });
    expect(leaves).toBe(false);
    expect(mails).toMatchObject([
      {
        conversationId,
        position: 2,
        author: 'Anna Berg',
        sender: 'orders@fernhill.example',
        recipients: ['cora@quist.example'],
        subject: 'Re: A torn page',
        delivery: { state: 'queued' },
      },
    ]);
    const id = mails[0]?.id ?? '';
    expect(await left.one(given.anna.id, id)).toMatchObject({
      text: 'It stays here.',
      from: { name: 'Anna Berg (Orders)', address: 'orders@fernhill.example' },
      to: [{ name: 'Cora Quist', address: 'cora@quist.example' }],
      attempts: [],
    });
    const raw = await left.raw(given.anna.id, id);
    expect((await buffer(raw.content)).length).toBe(raw.size);
    for (const stranger of [given.admin.id, 'agt_nobody']) {
      await expect(left.one(stranger, id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(left.raw(stranger, id)).rejects.toMatchObject({ code: 'not_found' });
      const seen = await left.list(stranger, { inboxId: undefined, after: null, limit: 10 });
      expect(seen.mails).toEqual([]);
    }
  });

  it('pages through what left, each once, also where many left in one moment', async () => {
    for (let nth = 0; nth < 7; nth += 1) {
      if (nth % 3 === 0) await clock.advance(1_000);
      await kept.deliver(await replies(`Number ${nth}`), never);
    }
    const left = createMailsLeft({ db, files, leaves: true });
    const seen: string[] = [];
    let after: { at: number; id: string } | null = null;
    for (;;) {
      const page = await left.list(given.rita.id, { inboxId: given.inboxId, after, limit: 2 });
      seen.push(...page.mails.map(({ id }) => id));
      if (page.next === null) break;
      const [at = '', id = ''] = page.next.split('~');
      after = { at: Number(at), id };
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });
});
