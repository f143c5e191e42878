import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventsAfter } from '../../../database/event-log.ts';
import { inboxAddresses, mails } from '../../../database/schema/sqlite.ts';
import { attachmentsOfEntry } from '../../../database/attachments.ts';
import { keepMailHtml, mailOfEntry } from '../../../database/mail-in.ts';
import { entryAt } from '../../../database/threads.ts';
import { conversationRow } from '../../../database/rows.ts';
import { givenInbox } from '../../../database/testing/given.ts';
import { TEST_DIALECTS } from '../../../database/testing/open.ts';
import { silentLog } from '../../../lib/log.ts';
import { createDesk, createGround, type Desk, type Ground } from '../../../messaging/testing/desk.ts';
import { signedMailId } from '../mail-id.ts';
import { type ArrivedMail, createMailIntake, type MailIntake } from './intake.ts';

const SECRET = 'a secret of this deployment alone';

describe.each(TEST_DIALECTS)('mail that is filed, on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let intake: MailIntake;
  let address: string;
  let stored: Map<string, Buffer>;
  let number = 0;

  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
    address = await givenAddress(desk.inboxId);
    stored = new Map();
    intake = createMailIntake({
      db: desk.db,
      messaging: desk.messaging,
      secret: SECRET,
      log: silentLog,
      files: {
        async write(content) {
          const chunks: Uint8Array[] = [];
          for await (const chunk of content) chunks.push(chunk);
          const file = String(stored.size).padStart(32, '0');
          const bytes = Buffer.concat(chunks);
          stored.set(file, bytes);
          return { file, size: bytes.length };
        },
      },
    });
  });
  afterAll(() => ground.db.close());

  async function givenAddress(inboxId: string): Promise<string> {
    number += 1;
    const made = `orders-${number}@shop.example`;
    await desk.db.inTransaction((tx) =>
      tx.db.insert(inboxAddresses).values({ address: made, inboxId, name: '', createdAt: tx.now }),
    );
    return made;
  }
  const mail = (head: string, body = 'Text'): ArrivedMail => {
    number += 1;
    const raw = `From: Cora <cora-${address}>\r\nMessage-ID: <m${number}@quist.example>\r\n${head}\r\n\r\n${body}\r\n`;
    return { raw: Buffer.from(raw), sender: 'cora@quist.example', recipients: [address] };
  };
  const only = async (arrived: ArrivedMail) => {
    const filed = await intake.accept(arrived);
    expect(filed).toHaveLength(1);
    return filed[0] ?? { inboxId: '', conversationId: '', position: 0, duplicate: false };
  };

  test('an address is known with capitals and with what stands behind a plus', async () => {
    const [local = '', domain = ''] = address.split('@');
    for (const known of [address, address.toUpperCase(), `${local}+anything@${domain}`]) {
      expect(await intake.inboxOf(known), known).toBe(desk.inboxId);
    }
    for (const foreign of [
      `${local}@other.example`,
      `x${address}`,
      `+${address}`,
      'orders',
      '',
      '@',
      `"a+b"@${domain}`,
    ]) {
      expect(await intake.inboxOf(foreign), foreign).toBeUndefined();
    }
  });

  test('everything of a mail is there when its event is told', async () => {
    const parts = [
      'Content-Type: multipart/related; boundary=r',
      '',
      '--r',
      'Content-Type: text/html; charset=iso-8859-1',
      '',
      '<p>Gr\u00fc\u00dfe <img src="cid:logo@x"></p>',
      '--r',
      'Content-Type: image/png; name="../lo\u0000go.png"',
      'Content-ID: <logo@x>',
      'Content-Transfer-Encoding: base64',
      '',
      'iVBORw0KGgo=',
      '--r',
      'Content-Type: message/rfc822',
      '',
      'Subject: inner',
      '',
      'inner text',
      '--r--',
    ].join('\r\n');
    const arrived = mail('Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=', '')
      .raw.toString()
      .replace('\r\n\r\n', `\r\n${parts}`);
    const raw = Buffer.from(arrived, 'latin1');
    const { conversationId, position } = await only({ raw, sender: '', recipients: [address] });
    const entry = await entryAt(desk.db.read, conversationId, position);
    expect(entry).toMatchObject({
      kind: 'message',
      body: 'Grüße',
      attachments: [
        { name: 'logo.png', type: 'image/png', size: 8, inline: true },
        { name: 'file-2.eml', type: 'message/rfc822' },
      ],
      mail: { subject: 'Grüße', html: true, automatic: true },
    });
    const events = await eventsAfter(desk.db.read, `inbox:${desk.inboxId}`, 0, 100);
    expect(JSON.parse(events.at(-1)?.data ?? '{}')).toEqual({
      type: 'entry.added',
      entry,
      row: await conversationRow(desk.db.read, conversationId),
    });
    const files = await attachmentsOfEntry(desk.db.read, conversationId, position);
    expect(files.map(({ contentId, inline, agentId }) => [contentId, inline, agentId])).toContainEqual([
      'logo@x',
      true,
      null,
    ]);
    expect(stored.get(files.find(({ inline }) => inline)?.file ?? '')?.toString('hex')).toBe(
      '89504e470d0a1a0a',
    );

    const kept = await mailOfEntry(desk.db.read, conversationId, position);
    expect(kept?.raw?.equals(raw)).toBe(true);
    await desk.db.inTransaction((tx) => keepMailHtml(tx, { id: kept?.id ?? '', html: '<p>x</p>', rules: 7 }));
    expect(await mailOfEntry(desk.db.read, conversationId, position)).toMatchObject({
      html: '<p>x</p>',
      htmlRules: 7,
    });
  });

  test('a large mail lies in a file, and its row has no bytes', async () => {
    const arrived = mail('Subject: Large', 'x'.repeat(300_000));
    const { conversationId, position } = await only(arrived);
    const kept = await mailOfEntry(desk.db.read, conversationId, position);
    expect(kept?.raw).toBeNull();
    expect(stored.get(kept?.file ?? '')?.equals(arrived.raw)).toBe(true);
  });

  test('two that come at once about one thing meet in one conversation, and the same one twice is stored once', async () => {
    const first = mail('Subject: Linen');
    const { conversationId } = await only(first);
    const id = /<([^>]+)>\r/.exec(first.raw.toString().split('Message-ID')[1] ?? '')?.[1] ?? '';
    const answers = Array.from({ length: 4 }, () => mail(`Subject: Re: Linen\r\nIn-Reply-To: <${id}>`));
    const filed = await Promise.all([...answers, ...answers].map(only));
    expect(new Set(filed.map((one) => one.conversationId))).toEqual(new Set([conversationId]));
    expect(new Set(filed.map(({ position }) => position)).size).toBe(4);
    expect(filed.filter(({ duplicate }) => duplicate)).toHaveLength(4);
  });

  test('an id of a mail that went to two inboxes leads to the conversation of each', async () => {
    const other = await givenInbox(desk.db, { name: 'Front' });
    const second = await givenAddress(other.inboxId);
    const first = { ...mail('Subject: Both\r\nTo: all'), recipients: [address, second] };
    const filed = await intake.accept(first);
    expect(new Set(filed.map(({ inboxId }) => inboxId))).toEqual(new Set([desk.inboxId, other.inboxId]));
    const id = /Message-ID: <([^>]+)>/.exec(first.raw.toString())?.[1] ?? '';
    for (const { inboxId, conversationId } of filed) {
      const answer = mail(`Subject: Re: Both\r\nReferences: <${id}>`);
      const to = inboxId === desk.inboxId ? address : second;
      expect((await only({ ...answer, recipients: [to] })).conversationId).toBe(conversationId);
    }
    // Our own id of one of them, in a mail to both: each copy stays where it was sent to.
    const [mine] = filed;
    const signed = signedMailId(
      SECRET,
      { kind: 'conversation', id: mine?.conversationId ?? '' },
      'shop.example',
    );
    const both = await intake.accept({
      ...mail(`Subject: New\r\nReferences: <${signed}>`),
      recipients: [address, second],
    });
    expect(both.find(({ inboxId }) => inboxId === desk.inboxId)?.conversationId).toBe(mine?.conversationId);
    expect(both.find(({ inboxId }) => inboxId === other.inboxId)?.position).toBe(1);
    // To the other one alone it goes on where it belongs.
    const moved = await only({ ...mail(`Subject: New\r\nReferences: <${signed}>`), recipients: [second] });
    expect(moved.conversationId).toBe(mine?.conversationId);
  });

  test('a reply address leads to its conversation, and one with another’s mac does not', async () => {
    const { conversationId } = await only(mail('Subject: By token'));
    const [local = '', domain = ''] = address.split('@');
    const token =
      signedMailId(SECRET, { kind: 'conversation', id: conversationId }, domain).split('@')[0] ?? '';
    const reply = { ...mail('Subject: Something else'), recipients: [`${local}+${token}@${domain}`] };
    expect((await only(reply)).conversationId).toBe(conversationId);
    const inCc = mail(`Subject: Something else again\r\nCc: ${local}+${token}@${domain}`);
    expect((await only(inCc)).conversationId).toBe(conversationId);
    const forged = {
      ...mail('Subject: Forged'),
      recipients: [`${local}+${token.slice(0, -4)}AAAA@${domain}`],
    };
    expect((await only(forged)).conversationId).not.toBe(conversationId);
  });

  test('a bounce of our own mail is shown where that mail was written', async () => {
    const { conversationId } = await only(mail('Subject: Bounced'));
    const signed = signedMailId(SECRET, { kind: 'conversation', id: conversationId }, 'shop.example');
    const head = 'Subject: Undelivered\r\nContent-Type: multipart/report; boundary=b';
    const body = `--b\r\n\r\nIt did not arrive.\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <${signed}>\r\n--b--`;
    const bounce = { ...mail(head, body), sender: '' };
    const bytes = Buffer.from(bounce.raw.toString().replace(/From: .*/, 'From: MAILER-DAEMON@relay.example'));
    expect((await only({ ...bounce, raw: bytes })).conversationId).toBe(conversationId);
    expect(await conversationRow(desk.db.read, conversationId)).toMatchObject({
      newestPosition: 2,
      newestIncoming: 1,
    });
  });

  test('what cannot be filed as it is, is filed as unreadable; a store that is down is said', async () => {
    const failing = (fail: (call: number) => boolean): MailIntake => {
      let call = 0;
      return createMailIntake({
        db: desk.db,
        secret: SECRET,
        log: silentLog,
        files: { write: () => Promise.resolve({ file: '', size: 0 }) },
        messaging: {
          receive: (message) => {
            call += 1;
            return fail(call)
              ? Promise.reject(new Error('nobody thought of this'))
              : desk.messaging.receive(message);
          },
        },
      });
    };
    const arrived = mail('Subject: Odd', 'The text');
    const [filed] = await failing((call) => call === 1).accept(arrived);
    const entry = await entryAt(desk.db.read, filed?.conversationId ?? '', filed?.position ?? 0);
    expect(entry).toMatchObject({
      mail: { subject: 'Odd', problem: expect.stringContaining('could not be filed') as string },
    });
    const before = (await desk.db.read.select().from(mails)).length;
    await expect(failing(() => true).accept(mail('Subject: Down'))).rejects.toThrow('nobody thought of this');
    expect(await desk.db.read.select().from(mails)).toHaveLength(before);
  });
});
