import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimMailbox, freeMailboxes, giveUpClaim, renewClaim } from '../../../../database/mailbox-claims.ts';
import { dueCopies, endCopy, postponeCopy, wantSentCopy } from '../../../../database/mailbox-copies.ts';
import { ClaimLost, foldersOf, type MailboxClaim, troublesOf } from '../../../../database/mailbox-mail.ts';
import {
  giveAddress,
  insertMailbox,
  mailboxById,
  setMailboxState,
  type StoredMailbox,
} from '../../../../database/mailboxes.ts';
import { entries, mailboxFolders, mailboxMails, mails, outbox } from '../../../../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../../../../database/testing/open.ts';
import { newId } from '../../../../lib/ids.ts';
import { silentLog } from '../../../../lib/log.ts';
import { createDesk, createGround, type Desk, type Ground } from '../../../../messaging/testing/desk.ts';
import { createMailIntake } from '../intake.ts';
import { scanFolder } from './scan.ts';
import { type FakeImap, fakeImap, type FakeMail } from './testing/fake-imap.ts';
import type { MailboxOutcome, MailboxWork } from './work.ts';

const INBOX = { folder: 'INBOX', kind: 'in' } as const;
const incoming = {
  host: 'imap.shop.example',
  port: 993,
  security: 'tls',
  user: 'help',
  auth: 'password',
  folders: ['INBOX'],
  sentFolder: null,
  copySent: true,
  importDays: 30,
} as const;

describe.each(TEST_DIALECTS)('looking into a folder, on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let mailbox: StoredMailbox;
  let imap: FakeImap;
  let work: MailboxWork;
  const counted: MailboxOutcome[] = [];

  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  afterAll(() => ground.db.close());
  beforeEach(async () => {
    desk = await createDesk(ground);
    counted.length = 0;
    mailbox = await givenMailbox();
    imap = fakeImap();
    work = workOf(await claimed());
  });

  async function givenMailbox(): Promise<StoredMailbox> {
    const id = newId('mbx');
    const address = `${id.toLowerCase()}@shop.example`;
    const { inboxId, db } = desk;
    await db.inTransaction(async (tx) => {
      await insertMailbox(tx, {
        id,
        inboxId,
        ownerId: null,
        address,
        name: '',
        incoming: { ...incoming, folders: ['INBOX'] },
        outgoing: null,
        secrets: '',
        ratePerMinute: 30,
        createdBy: desk.by('anna').agentId,
      });
      await giveAddress(tx, { address, name: '', inboxId, mailboxId: id });
    });
    const made = await mailboxById(db.read, id);
    if (made === undefined) throw new Error('not made');
    return made;
  }

  async function claimed(): Promise<MailboxClaim> {
    const now = (await mailboxById(desk.db.read, mailbox.id))?.claimNo ?? 0;
    const row = { id: mailbox.id, claimNo: now };
    const claim = await desk.db.inTransaction((tx) =>
      claimMailbox(tx, row, { server: 'srv_1', for: 30_000 }),
    );
    if (claim === undefined) throw new Error('not claimed');
    return claim;
  }

  function workOf(claim: MailboxClaim): MailboxWork {
    const files = {
      write: async (content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => {
        let size = 0;
        for await (const chunk of content) size += chunk.length;
        return { file: newId('att'), size };
      },
      open: () => Promise.reject(new Error('no files')),
    };
    const base = { db: desk.db, messaging: desk.messaging, files, secret: 'a secret', log: silentLog };
    const deps = {
      ...base,
      clock: ground.clock,
      random: () => 0,
      intake: createMailIntake(base),
      tokens: { credentials: () => Promise.reject(new Error('no tokens')) },
      allowedHosts: [],
      scanEvery: 60_000,
      metrics: { mail: (outcome: MailboxOutcome) => void counted.push(outcome) },
    };
    const { signal } = new AbortController();
    return { deps, mailbox, claim, client: imap.client, failures: new Map(), signal };
  }

  const mail = (uid: number, more: Partial<FakeMail> = {}): FakeMail => ({
    uid,
    raw: `From: Cora <cora@quist.example>\r\nMessage-ID: <${mailbox.id}-${uid}@quist.example>\r\nSubject: Mail ${uid}\r\n\r\nText ${uid}\r\n`,
    ...more,
  });
  const put = (...all: FakeMail[]) => imap.folders.get('INBOX')?.mails.push(...all);
  const state = async () => {
    const [folder] = await foldersOf(desk.db.read, mailbox.id);
    if (folder === undefined) throw new Error('no folder yet');
    return folder;
  };
  const outcomes = async () => {
    const { read } = desk.db;
    const rows = await read.select().from(mailboxMails).where(eq(mailboxMails.mailboxId, mailbox.id));
    return rows.toSorted((a, b) => a.uid - b.uid).map(({ uid, outcome }) => `${uid} ${outcome}`);
  };

  test('takes what is new, and imports what was there, the newest first', async () => {
    put(mail(3), mail(5), mail(9));
    expect(await scanFolder(work, INBOX)).toBe('done');
    expect(imap.asked).toEqual(['source 3 5 9']);
    expect(await state()).toMatchObject({
      lastUid: 9,
      importBelow: 3,
      importTotal: 3,
      importDone: 3,
      tries: 0,
    });
    put(mail(12));
    await scanFolder(work, INBOX);
    expect(await state()).toMatchObject({ lastUid: 12, importTotal: 3 });
    expect(counted).toEqual(['filed', 'filed', 'filed', 'filed']);
    // Nothing is asked for twice.
    await scanFolder(work, INBOX);
    expect(imap.asked).toEqual(['source 3 5 9', 'source 12']);
    expect(await outcomes()).toEqual(['3 filed', '5 filed', '9 filed', '12 filed']);
  });

  test('knows mail again by what it says, when its UIDs mean something else', async () => {
    put(mail(1), mail(2));
    await scanFolder(work, INBOX);
    imap.folders.set('INBOX', {
      uidValidity: 2n,
      mails: [
        { ...mail(1), uid: 7 },
        { ...mail(2), uid: 8 },
      ],
    });
    await scanFolder(work, INBOX);
    expect(counted).toEqual(['filed', 'filed', 'known', 'known']);
    expect(await state()).toMatchObject({ uidValidity: '2', lastUid: 8 });
  });

  test('keeps a mail over which the server ended several times, without reading it', async () => {
    await scanFolder(work, INBOX);
    put(mail(1), mail(2));
    const { mailboxId } = work.claim;
    await desk.db.inTransaction(async (tx) => {
      await tx.db.update(mailboxFolders).set({ tries: 3 }).where(eq(mailboxFolders.mailboxId, mailboxId));
    });
    await scanFolder(work, INBOX);
    expect(await outcomes()).toEqual(['1 unreadable', '2 filed']);
    const [trouble] = await troublesOf(desk.db.read, mailboxId, 10);
    expect(trouble).toMatchObject({ uid: 1, outcome: 'unreadable' });
    expect(trouble?.reason).toContain('the server ended over it several times');
    const kept = await desk.db.read.select().from(mails).where(eq(mails.inboxId, desk.inboxId));
    expect(kept.map(({ raw }) => String(raw)).some((raw) => raw.includes('Text 1'))).toBe(true);
    // An import that died often makes no new mail pay for it.
    await desk.db.inTransaction(async (tx) => {
      await tx.db.update(mailboxFolders).set({ tries: -3 }).where(eq(mailboxFolders.mailboxId, mailboxId));
    });
    put(mail(3));
    await scanFolder(work, INBOX);
    expect((await outcomes()).at(-1)).toBe('3 filed');
  });

  test('goes past a mail that the server cannot give, once it has failed often enough', async () => {
    await scanFolder(work, INBOX);
    put(mail(1), mail(2), mail(3));
    imap.broken.add(2);
    // Those beside it come at once, one by one.
    await expect(scanFolder(work, INBOX)).rejects.toThrow('no text of 2');
    await expect(scanFolder(work, INBOX)).rejects.toThrow('no text of 2');
    await scanFolder(work, INBOX);
    expect(await outcomes()).toEqual(['1 filed', '2 skipped', '3 filed']);
    expect(await troublesOf(desk.db.read, mailbox.id, 10)).toMatchObject([{ uid: 2, outcome: 'skipped' }]);
  });

  test('files the headers of a mail that is larger than is taken, with a note', async () => {
    await scanFolder(work, INBOX);
    put(mail(1, { size: 40 * 1_024 * 1_024 }), mail(2));
    await scanFolder(work, INBOX);
    expect(imap.asked).toEqual(['headers 1', 'source 2']);
    expect(await outcomes()).toEqual(['1 unreadable', '2 filed']);
    const extras = (await desk.db.read.select({ extra: entries.extra }).from(entries)).map(
      ({ extra }) => extra ?? '',
    );
    expect(extras.some((extra) => extra.includes('This mail has 40 MB'))).toBe(true);
  });

  test('writes nothing more once another server has the mailbox', async () => {
    await scanFolder(work, INBOX);
    const { db } = desk;
    const later = { id: mailbox.id, claimNo: work.claim.claimNo };
    const take = () => db.inTransaction((tx) => claimMailbox(tx, later, { server: 'srv_2', for: 30_000 }));
    expect(await take()).toBeUndefined();
    expect(await db.inTransaction((tx) => renewClaim(tx, work.claim, 30_000))).toBe(1);
    await ground.clock.advance(30_001);
    const free = await freeMailboxes(db.read, await db.now(), 100);
    expect(free.map(({ id }) => id)).toContain(mailbox.id);
    const taken = await take();
    expect(taken?.claimNo).toBe(work.claim.claimNo + 1);
    expect(await db.inTransaction((tx) => renewClaim(tx, work.claim, 30_000))).toBeUndefined();
    put(mail(1));
    await expect(scanFolder(work, INBOX)).rejects.toThrow(ClaimLost);
    expect(await outcomes()).toEqual([]);
    // Given up, it is free at once; disconnected, it is nobody's.
    if (taken !== undefined) await db.inTransaction((tx) => giveUpClaim(tx, taken));
    expect((await freeMailboxes(db.read, await db.now(), 100)).map(({ id }) => id)).toContain(mailbox.id);
    await db.inTransaction((tx) =>
      setMailboxState(tx, mailbox.id, { status: 'disconnected' }, { startAgain: true }),
    );
    expect((await freeMailboxes(db.read, await db.now(), 100)).map(({ id }) => id)).not.toContain(mailbox.id);
  });

  test('wants a copy in the Sent folder only of mail that has left', async () => {
    const { db } = desk;
    const { entry } = await desk.answer('On its way.');
    const place = { conversationId: entry.conversationId, position: entry.position };
    await db.inTransaction(async (tx) => {
      await tx.db.insert(mails).values({
        ...place,
        id: 'mai_1',
        direction: 'out',
        inboxId: desk.inboxId,
        sender: mailbox.address,
        recipients: '[]',
        subject: 'x',
        at: tx.now,
        size: 3,
        raw: Buffer.from('raw'),
      });
      await wantSentCopy(tx, mailbox.address.toUpperCase(), { mailId: 'mai_1', ...place });
      await wantSentCopy(tx, 'nobody@shop.example', { mailId: 'mai_2', ...place });
    });
    const due = async () =>
      await dueCopies(db.read, { mailboxId: mailbox.id, now: await db.now(), limit: 10 });
    expect(await due()).toEqual([]);
    await db.inTransaction(async (tx) => {
      await tx.db
        .update(outbox)
        .set({ state: 'sent' })
        .where(eq(outbox.conversationId, place.conversationId));
    });
    expect(await due()).toMatchObject([{ mailId: 'mai_1', attempts: 0, state: 'sent', messageId: null }]);
    await db.inTransaction((tx) => postponeCopy(tx, 'mai_1', 60_000));
    expect(await due()).toEqual([]);
    await ground.clock.advance(60_000);
    expect(await due()).toMatchObject([{ attempts: 1 }]);
    await db.inTransaction((tx) => endCopy(tx, 'mai_1'));
    expect(await due()).toEqual([]);
  });
});
