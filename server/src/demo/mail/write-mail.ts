import MailComposer from 'nodemailer/lib/mail-composer';
import type { DemoFile } from '../shop/mail-files.ts';
import type { MailStyle } from '../shop/mail-styles.ts';
import { type Answered, FROM_MY_PHONE, headLines, wroteLine } from './quotes.ts';

export interface Correspondent {
  readonly name: string;
  readonly address: string;
}

/** A mail that a customer of the demo writes. */
export interface CustomerMail {
  /** Message-ID without its angle brackets. */
  readonly id: string;
  readonly from: Correspondent;
  readonly to: Correspondent;
  readonly subject: string;
  /** Epoch ms. */
  readonly at: number;
  readonly text: string;
  readonly style: MailStyle;
  readonly files: readonly DemoFile[];
  /** Message-IDs of the thread, the oldest first. */
  readonly before: readonly string[];
  /** The newest mail of the team, which this one quotes. */
  readonly answers: Answered | undefined;
}

/** A mail as the program of this customer makes it: the same bytes whenever it is made. */
export function writeMail(mail: CustomerMail): Promise<Buffer> {
  const { id, from, to, at, style, files, before } = mail;
  const plain = style.program === 'plain';
  const composer = new MailComposer({
    from: { ...from },
    to: { ...to },
    subject: before.length === 0 ? mail.subject : `Re: ${mail.subject}`,
    date: new Date(at),
    messageId: `<${id}>`,
    ...(before.length === 0
      ? {}
      : { inReplyTo: `<${before.at(-1) ?? ''}>`, references: before.map((one) => `<${one}>`) }),
    headers: MARKS[style.program],
    text: textOf(mail),
    ...(plain ? {} : { html: htmlOf(mail) }),
    attachments: files.map((file) => ({
      filename: file.name,
      contentType: file.type,
      content: file.content(),
      ...(file.inline === true && !plain ? { cid: cidOf(mail, file) } : {}),
    })),
    baseBoundary: id.replaceAll(/[^A-Za-z0-9]/g, ''),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

const MARKS: Readonly<Record<MailStyle['program'], Record<string, string>>> = {
  gmail: {},
  apple: { 'X-Mailer': 'Apple Mail (2.3826)' },
  phone: { 'X-Mailer': 'iPhone Mail (22F76)' },
  outlook: { 'Accept-Language': 'en-GB, en-US', 'X-Mailer': 'Microsoft Outlook 16.0' },
  plain: { 'User-Agent': 'Mutt/2.2.13' },
};

const cidOf = ({ id }: CustomerMail, { name }: DemoFile) => `${name}.${id}`;
const quotedWith = (mark: string, text: string) =>
  text
    .split('\n')
    .map((line) => `${mark}${line}`.trimEnd())
    .join('\n');

function textOf({ text, style, from, answers }: CustomerMail): string {
  const { program, language, company } = style;
  const parts = [text];
  if (company !== undefined) parts.push(`-- \n${company.line}`);
  if (program === 'phone') parts.push(FROM_MY_PHONE[language]);
  if (program === 'plain') parts.push(`-- \n${from.name}`);
  if (answers === undefined) return `${parts.join('\n\n')}\n`;
  if (program === 'outlook') {
    const head = headLines(language, answers).map(([name, value]) => `${name}: ${value}`);
    parts.push(`${'_'.repeat(32)}\n${head.join('\n')}`, answers.text);
  } else {
    parts.push(wroteLine(language, answers), quotedWith('> ', answers.text));
  }
  return `${parts.join('\n\n')}\n`;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const lines = (text: string) => escaped(text).replaceAll('\n', '<br>\n');

function htmlOf(mail: CustomerMail): string {
  const { text, style, answers, files } = mail;
  const own = [
    paragraphs(style, text),
    ...files
      .filter(({ inline }) => inline === true)
      .map(
        (file) =>
          `<div><img src="cid:${cidOf(mail, file)}" width="320" height="220" alt="${file.name}"></div>`,
      ),
    companyHtml(style),
    style.program === 'phone' ? `<div dir="ltr">${FROM_MY_PHONE[style.language]}</div>` : '',
  ].filter((part) => part !== '');
  const quote = answers === undefined ? '' : quoteHtml(style, answers);
  switch (style.program) {
    case 'outlook':
      return `<html><head><style>p.MsoNormal{margin:0 0 8pt;font-size:11pt;font-family:Calibri,sans-serif}</style></head><body lang="${style.language}"><div class="WordSection1">${own.join('\n')}</div>${quote}</body></html>`;
    case 'apple':
    case 'phone':
      return `<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body dir="auto" style="overflow-wrap: break-word;">${own.join('\n')}${quote}</body></html>`;
    case 'gmail':
    case 'plain':
      return `<div dir="ltr">${own.join('\n')}</div>${quote}`;
  }
}

function paragraphs({ program }: MailStyle, text: string): string {
  const parts = text.split('\n\n');
  if (program === 'outlook') return parts.map((part) => `<p class="MsoNormal">${lines(part)}</p>`).join('\n');
  return parts.map((part) => `<div>${lines(part)}</div>`).join('<div><br></div>\n');
}

function companyHtml({ company }: MailStyle): string {
  if (company === undefined) return '';
  return `<table><tr><td><img src="${company.logo}" width="96" height="32" alt=""></td><td>${escaped(company.line)}</td></tr></table>`;
}

function quoteHtml({ program, language }: MailStyle, answers: Answered): string {
  const quoted = lines(answers.text);
  switch (program) {
    case 'outlook': {
      const head = headLines(language, answers).map(
        ([name, value]) => `<b>${name}:</b> ${escaped(value)}<br>`,
      );
      return `<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt">${head.join('\n')}</font><div>&nbsp;</div></div><div>${quoted}</div>`;
    }
    case 'apple':
    case 'phone':
      return `<div><br><blockquote type="cite"><div>${escaped(wroteLine(language, answers))}</div><br></blockquote></div><blockquote type="cite"><div>${quoted}</div></blockquote>`;
    case 'gmail':
    case 'plain':
      return `<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">${escaped(wroteLine(language, answers))}<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">${quoted}</blockquote></div>`;
  }
}
