import EmailReplyParser from 'email-reply-parser';
import { getConversation } from '@latchbox/shared/http/conversations';
import { importMail } from '@latchbox/shared/http/entry-mails';
import { visibleText } from '@latchbox/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFolds } from '../../server/src/channels/email/fold/find-folds.ts';
import { cleanText } from '../../server/src/channels/email/in/clean-text.ts';
import { hasMailFixtures, mailCases, mailFixtures } from '../tools/mail-fixtures.ts';
import { asReceived, smtpClient } from '../tools/smtp-client.ts';
import { type MailWorld, type MessageEntry, startMailWorld } from './mail-stage.ts';

interface Expected {
  readonly rule?: { readonly may_autoreply?: boolean };
  readonly origin_expects?: { readonly visible_reply?: string; readonly visible_contains?: string };
}
interface ReplyCase {
  readonly id: string;
  readonly text: string;
  readonly visible?: string;
}
interface HtmlCase {
  readonly id: string;
  readonly html: string;
  readonly visible_text_without_whitespace: string;
}
interface Kept {
  readonly conversation: string;
  readonly position: number;
}

describe.skipIf(!hasMailFixtures)('mails of many programs', () => {
  let mail: MailWorld;
  const messages = new Map<string, MessageEntry>();

  beforeAll(async () => {
    mail = await startMailWorld();
  });
  afterAll(async () => {
    await mail[Symbol.asyncDispose]();
  });

  test('T5: each of them comes in without a crash, and no byte of it is lost', {
    timeout: 300_000,
  }, async () => {
    const rest = mail.world.rest('ana');
    await using client = await smtpClient(mail.port);
    for (const { name, raw } of mailFixtures()) {
      await client.send({ from: 'relay@test.example', to: 'orders@shop.example' }, raw);
      const [kept] = mail.world.rows<Kept>(
        `SELECT conversation_id AS conversation, position FROM mails ORDER BY at DESC, rowid DESC LIMIT 1`,
      );
      if (kept === undefined) throw new Error(`${name} is not there`);
      expect((await mail.rawOf(kept.conversation, kept.position)).equals(asReceived(raw)), name).toBe(true);
      const { entries } = await rest.call(getConversation, { params: { conversation: kept.conversation } });
      const entry = entries.find(({ position }) => position === kept.position);
      if (entry?.kind !== 'message') throw new Error(`${name} has no entry`);
      messages.set(name, entry);
    }
    expect(mail.world.server().lines.filter((line) => /"level":(?:50|60)/.test(line))).toEqual([]);
  });

  test('T5: what a machine wrote is known as such', () => {
    const expected = mailCases<Record<string, Expected>>('expected.json');
    const missed = Object.entries(expected).filter(
      ([name, { rule }]) => rule?.may_autoreply === false && messages.get(name)?.mail?.automatic !== true,
    );
    expect(missed.map(([name]) => name)).toEqual([]);
  });

  test('T5: what was said last is what is visible', () => {
    const expected = mailCases<Record<string, Expected>>('expected.json');
    for (const [name, { origin_expects }] of Object.entries(expected)) {
      const { visible_reply: reply, visible_contains: part } = origin_expects ?? {};
      const entry = messages.get(name);
      if (entry === undefined) continue;
      const visible = visibleText(entry.body, entry.folds);
      // A telephone's line is a signature to us.
      if (reply !== undefined) expect(visible, name).toBe(reply.replace(/\n+Sent from my iPhone$/, ''));
      // A mail within a mail is a file to us, not a part of the text.
      const enclosed = entry.attachments?.some(({ type }) => type === 'message/rfc822') ?? false;
      if (part !== undefined && !enclosed) expect(visible, name).toContain(part);
    }
  });

  test('T1: two mails of one person about one thing, without usable ids, are one conversation', () => {
    const [first, second] = ['replies/frappe--reply-2.eml', 'replies/frappe--reply-3.eml'].map((name) =>
      messages.get(name),
    );
    expect(second?.conversationId).toBe(first?.conversationId);
  });

  test('T5: quotes are found at least as exactly as email-reply-parser finds them', () => {
    const cases = mailCases<ReplyCase[]>('replies-text.json').filter(({ visible }) => visible !== undefined);
    const ours = cases.filter(({ text, visible }) => {
      const clean = cleanText(text).trim();
      return visibleText(clean, findFolds(clean, '')) === cleanText(visible ?? '').trim();
    });
    const theirs = cases.filter(
      ({ text, visible }) => new EmailReplyParser().read(text).getVisibleText().trim() === visible?.trim(),
    );
    expect(cases.length).toBeGreaterThan(30);
    expect(ours.length).toBeGreaterThanOrEqual(theirs.length);
  });

  test('T5: and in HTML as well', async () => {
    const { token } = mail.world.agent('mia');
    for (const { id, html, visible_text_without_whitespace: visible } of mailCases<HtmlCase[]>(
      'replies-html.json',
    )) {
      const raw = `From: ${id}@quist.example\r\nSubject: ${id}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}`;
      const answer = await fetch(
        mail.world.server().url + importMail.path.replace('{inbox}', inboxOf(mail)),
        {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
          body: raw,
        },
      );
      expect(answer.status).toBe(201);
      const {
        messages: [entry],
      } = await mail.thread(id);
      expect(visibleText(entry?.body ?? '', entry?.folds).replaceAll(/\s/g, ''), id).toBe(visible);
    }
  });
});

function inboxOf({ world }: MailWorld): string {
  return world.stream('orders').slice('inbox:'.length);
}
