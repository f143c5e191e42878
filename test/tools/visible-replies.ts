/** How well the visible part of replies is found: by this product and by public libraries, over the same cases and by the same judge. */

import { createRequire } from 'node:module';
import EmailReplyParser from 'email-reply-parser';
import { visibleText } from '@latchbox/shared';
import { findFolds } from '../../server/src/channels/email/fold/find-folds.ts';
import { cleanText } from '../../server/src/channels/email/in/clean-text.ts';
import { textOfHtml } from '../../server/src/channels/email/in/html-text.ts';
import { mailCases } from './mail-fixtures.ts';

interface Planer {
  extractFromPlain(text: string): string;
  extractFromHtml(html: string, document: unknown): string;
}
// Neither says of itself what types it has.
const require = createRequire(import.meta.url);
const planer = require('planer') as Planer;
const { JSDOM } = require('jsdom') as {
  JSDOM: new () => { readonly window: { readonly document: unknown } };
};

/** Who finds what is visible; text and HTML as they came. */
export interface Reader {
  readonly name: string;
  /** `writer`: the name of who wrote it, for those who ask for it. */
  text(text: string, writer?: string): string;
  html(html: string): string;
}

const visibleHere = (text: string, html: string, writer?: string): string => {
  const clean = cleanText(text).trim();
  return visibleText(clean, findFolds(clean, html, writer));
};

export const READERS: readonly Reader[] = [
  {
    name: 'Latchbox',
    text: (text, writer) => visibleHere(text, '', writer),
    html: (html) => visibleHere(textOfHtml(html).text, html),
  },
  {
    name: 'email-reply-parser',
    text: (text) => new EmailReplyParser().read(text).getVisibleText(),
    // It reads text alone; it gets the same text of the HTML as we do.
    html: (html) => new EmailReplyParser().read(textOfHtml(html).text).getVisibleText(),
  },
  {
    name: 'planer',
    text: (text) => planer.extractFromPlain(text),
    html: (html) => textOfHtml(planer.extractFromHtml(html, new JSDOM().window.document)).text,
  },
];

interface TextCase {
  readonly id: string;
  readonly text: string;
  readonly visible?: string;
  readonly first_fragment?: string;
  readonly first_fragment_trimmed?: string;
  readonly first_fragment_matches?: readonly string[];
  readonly first_body?: string;
  readonly messages_in_text?: number;
}
interface HtmlCase {
  readonly id: string;
  readonly html: string;
  readonly visible_text_without_whitespace: string;
}
interface SignatureCase {
  readonly id: string;
  readonly text: string;
  readonly sender: string;
  readonly signature: string;
}
interface ForwardCase {
  readonly id: string;
  readonly text: string;
  readonly expected: { readonly forwarded: boolean; readonly body?: string; readonly message?: string };
}

/** One thing to be found, and whether what a reader shows is it. */
export interface Trial {
  readonly id: string;
  readonly shown: (reader: Reader) => string;
  readonly right: (visible: string) => boolean;
}

/** Space at the ends of lines and empty lines beyond one say nothing. */
const plain = (text: string): string =>
  cleanText(text)
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();

function textTrials(): Trial[] {
  return mailCases<TextCase[]>('replies-text.json').flatMap((one) => {
    const right = judgeOf(one);
    return right === undefined
      ? []
      : [{ id: one.id, shown: (reader: Reader) => reader.text(one.text), right }];
  });
}

function judgeOf(one: TextCase): Trial['right'] | undefined {
  const { visible, first_body: body, first_fragment_matches: matches, messages_in_text: messages } = one;
  const first = one.first_fragment ?? one.first_fragment_trimmed ?? body;
  if (visible !== undefined) return (shown) => plain(shown) === plain(visible);
  if (first !== undefined && first.trim() !== '') return (shown) => plain(shown).startsWith(plain(first));
  if (matches !== undefined) return (shown) => matches.every((pattern) => new RegExp(pattern).test(shown));
  // Nothing else is known of these: of several mails the first one is shown, of one all of it.
  if (messages === undefined) return undefined;
  return (shown) => plain(shown).length < plain(one.text).length === messages > 1 && plain(shown) !== '';
}

function htmlTrials(): Trial[] {
  return mailCases<HtmlCase[]>('replies-html.json').map((one) => ({
    id: one.id,
    shown: (reader) => reader.html(one.html),
    right: (shown) => shown.replaceAll(/\s/g, '') === one.visible_text_without_whitespace,
  }));
}

function signatureTrials(): Trial[] {
  return mailCases<SignatureCase[]>('signatures.json').map(({ id, text, sender, signature }) => ({
    id,
    shown: (reader) => reader.text(text, sender),
    right: (shown) =>
      plain(shown) === plain(signature === '' ? text : text.slice(0, text.lastIndexOf(signature))),
  }));
}

/** Whoever forwards a mail wants it to be read: all of it is visible, and what was written above it. */
function forwardTrials(): Trial[] {
  return mailCases<ForwardCase[]>('forwards.json')
    .filter(({ expected }) => expected.forwarded)
    .map(({ id, text, expected: { body = '', message = '' } }) => ({
      id,
      shown: (reader) => reader.text(text),
      right: (shown) => {
        const seen = words(shown);
        return [message, body].every((part) => seen.includes(words(part)));
      },
    }));
}

/** Without quote marks and line breaks, which mail programs set anew. */
const words = (text: string): string =>
  text
    .replaceAll(/^[>\s]+/gm, '')
    .replaceAll(/[\s>]+/g, ' ')
    .trim();

/** The sets of cases by their names. */
export function visibleReplySets(): Readonly<Record<string, readonly Trial[]>> {
  return {
    'replies, text': textTrials(),
    'replies, HTML': htmlTrials(),
    signatures: signatureTrials(),
    forwards: forwardTrials(),
  };
}

/** Ids of the trials that a reader got wrong; one that throws is wrong. */
export function wrongOf(reader: Reader, trials: readonly Trial[]): string[] {
  return trials.filter((trial) => !isRight(reader, trial)).map(({ id }) => id);
}

function isRight(reader: Reader, { shown, right }: Trial): boolean {
  try {
    return right(shown(reader));
  } catch {
    return false;
  }
}
