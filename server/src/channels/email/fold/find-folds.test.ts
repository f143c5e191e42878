import { describe, expect, test } from 'vitest';
import { visibleText } from '@latchbox/shared';
import { findFolds } from './find-folds.ts';

const ANSWER = 'Thank you, that works.';
const visible = (text: string, html = ''): string => visibleText(text, findFolds(text, html));
const quoted = (text: string): string => text.replaceAll(/^/gm, '> ');

describe('a quote below the answer', () => {
  test.each([
    'On Tue, Mar 3, 2026 at 9:15 AM Ann Reed <ann@shop.example> wrote:',
    'On Tue, Mar 3, 2026 at 9:15 AM Ann Reed\n<ann@shop.example> wrote:',
    'On Tue, Mar 3, 2026 at 9:15 AM Ann Reed <\nann@shop.example> wrote:',
    'Am 03.03.2026 um 09:15 schrieb Ann Reed:',
    'Ann Reed <ann@shop.example> schrieb am Di., 3. März 2026,\n09:15:',
    'Le mar. 3 mars 2026 à 09:15, Ann Reed <ann@shop.example> a écrit :',
    'El mar, 3 mar 2026 a las 9:15, Ann Reed (<ann@shop.example>) escribió:',
    'Em ter., 3 de mar. de 2026 às 09:15, Ann Reed <ann@shop.example>\nescreveu:',
    'Il giorno mar 3 mar 2026 alle ore 09:15 Ann Reed <ann@shop.example> ha\nscritto:',
    'Op di 3 mrt 2026 om 09:15 schreef Ann Reed <ann@shop.example>:',
    'Den tis 3 mars 2026 kl 09:15 skrev Ann Reed <ann@shop.example>:',
    'tir. 3. mars 2026 kl. 09:15 skrev Ann Reed <ann@shop.example>:',
    'ti 3. maalisk. 2026 klo 9.15 Ann Reed (ann@shop.example) kirjoitti:',
    'wt., 3 mar 2026 o 09:15 Ann Reed <ann@shop.example> napisał(a):',
    'út 3. 3. 2026 v 9:15 odesílatel Ann Reed <ann@shop.example> napsal:',
    'вт, 3 мар. 2026 г. в 09:15, Ann Reed <ann@shop.example>:',
    'Ann Reed <ann@shop.example>, 3 Mar 2026 Sal, 09:15 tarihinde şunu yazdı:',
    'Ann Reed <ann@shop.example> ezt írta (időpont: 2026. márc. 3., K, 9:15):',
    'Στις Τρί 3 Μαρ 2026 στις 9:15 π.μ., ο χρήστης Ann Reed <ann@shop.example> έγραψε:',
    '2026年3月3日(火) 9:15 Ann Reed <ann@shop.example>:',
    'Ann Reed <ann@shop.example> 于2026年3月3日周二 09:15写道：',
    '2026년 3월 3일 (화) 오전 9:15, Ann Reed <ann@shop.example>님이 작성:',
    'בתאריך יום ג׳, 3 במרץ 2026 ב-9:15 מאת Ann Reed <ann@shop.example>:',
    'Vào Th 3, 3 thg 3, 2026 vào lúc 09:15 Ann Reed <ann@shop.example> đã viết:',
    'Ann Reed wrote:',
  ])('is found by the line above it: %s', (line) => {
    const text = `${ANSWER}\n\n${line}\n\n${quoted('Please try the blue one.\n\nAnn')}`;
    expect(visible(text)).toBe(ANSWER);
  });

  test.each([
    ['From', 'Sent', 'To', 'Subject'],
    ['Von', 'Gesendet', 'An', 'Betreff'],
    ['De', 'Envoyé', 'À', 'Objet'],
    ['De', 'Enviado el', 'Para', 'Asunto'],
    ['Da', 'Inviato', 'A', 'Oggetto'],
    ['Van', 'Verzonden', 'Aan', 'Onderwerp'],
    ['Från', 'Skickat', 'Till', 'Ämne'],
    ['Lähettäjä', 'Lähetetty', 'Vastaanottaja', 'Aihe'],
    ['Od', 'Wysłano', 'Do', 'Temat'],
    ['От', 'Отправлено', 'Кому', 'Тема'],
    ['差出人', '送信日時', '宛先', '件名'],
    ['发件人', '发送时间', '收件人', '主题'],
  ])('is found by the headers above it: %s', (from, sent, to, subject) => {
    const block = [
      `*${from}:* Ann Reed <ann@shop.example>`,
      `${sent}: 03.03.2026 09:15`,
      `${to}: cora@quist.example`,
      `${subject}: The blue one`,
    ].join('\n');
    expect(visible(`${ANSWER}\n\n________________________________\n${block}\n\nPlease try it.`)).toBe(ANSWER);
    expect(visible(`${ANSWER}\n\n-----Original Message-----\n${block}\n\nPlease try it.`)).toBe(ANSWER);
  });

  test('goes with the signature that stands above or below it', () => {
    const quote = `On 3 March 2026 at 09:15 Ann Reed <ann@shop.example> wrote:\n${quoted('Try it.')}`;
    expect(visible(`${ANSWER}\n\n-- \nCora Quist\nBookbinder\n\n${quote}`)).toBe(ANSWER);
    expect(visible(`${ANSWER}\n\n${quote}\n\n-- \nCora Quist`)).toBe(ANSWER);
    expect(visible(`${ANSWER}\n\nSent from my iPhone\n\n${quote}`)).toBe(ANSWER);
  });

  test('without a line above it', () => {
    expect(visible(`${ANSWER}\n\n${quoted('Try it.')}`)).toBe(ANSWER);
  });
});

describe('a quote above or between', () => {
  const line = 'On 3 March 2026 at 09:15 Ann Reed <ann@shop.example> wrote:';

  test('one above the answer is folded with its line', () => {
    expect(visible(`${line}\n${quoted('Which one?\nBlue?')}\n\n${ANSWER}`)).toBe(ANSWER);
  });

  test('quotes that are answered one by one stay, or the answers would say nothing', () => {
    const text = `Hello,\n\n${line}\n> Which one?\n\nThe blue one.\n\n> And when?\n\nTomorrow.\n\n> Ann`;
    expect(visible(text)).toBe('Hello,\n\n> Which one?\n\nThe blue one.\n\n> And when?\n\nTomorrow.');
  });

  test('a quote without a line is what the answer is about', () => {
    expect(visible(`> Which one?\n\n${ANSWER}`)).toBe(`> Which one?\n\n${ANSWER}`);
  });
});

describe('signatures', () => {
  test.each([
    'Sent from my iPhone',
    'Sent from Outlook for Android<https://aka.ms/x>',
    'Get Outlook for iOS',
    'Von meinem iPhone gesendet',
    'Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.',
    'Envoyé de mon iPhone',
    'Enviado desde mi iPhone',
    'Inviato da iPhone',
    'Verstuurd vanaf mijn iPhone',
    'Skickat från min iPhone',
    'Wysłane z iPhone’a',
    'Отправлено с iPhone',
    '发自我的iPhone',
    'iPhoneから送信',
    'iPhone에서 보냄',
  ])('of telephones and programs: %s', (line) => {
    expect(visible(`${ANSWER}\n\n${line}\n`)).toBe(ANSWER);
  });

  test('after two dashes, or after another rule when it is short', () => {
    expect(visible(`${ANSWER}\n\n--\nCora Quist\n1 Mill Lane`)).toBe(ANSWER);
    expect(visible(`${ANSWER}\n\n________________\nCora Quist`)).toBe(ANSWER);
    const chapter = Array.from({ length: 12 }, (_, at) => `Line ${at} of the second part.`).join('\n');
    expect(visible(`${ANSWER}\n\n----------\n${chapter}`)).toContain('Line 11');
  });

  test('greetings and names are part of what was said', () => {
    const text = `${ANSWER}\n\nKind regards\nCora Quist`;
    expect(visible(text)).toBe(text);
  });
});

describe('what is no quote stays', () => {
  test.each([
    ['a program', 'Run this:\n\n```\n> not a quote\n-- \n# not a rule\n```\n\nDone.'],
    ['a sentence with a colon', 'I wrote to Ann on 3 March 2026:\nShe did not answer.\nWhat now?'],
    ['a form', 'New order\n\nName: Cora\nAmount: 3\nColour: blue\nDate: tomorrow'],
    [
      'a table of dashes',
      'Item   Price\n-----  -----\nGlue   3\nLinen  12\nBoard  7\nThread 2\nWax 3\nBone 4\nKnife 5',
    ],
    ['"from" in a sentence', 'From: the beginning, To: the end. That is how I read it.'],
    ['nothing but a quote', '> All of it\n> is quoted'],
    [
      'a mail passed on without a word',
      '---------- Forwarded message ---------\nFrom: Ann <ann@shop.example>\nDate: 3 March 2026\nSubject: Hi\nTo: cora@quist.example\n\nThe text.',
    ],
    [
      'headers at the top',
      'From: Ann <ann@shop.example>\nSent: 3 March 2026\nTo: Cora\nSubject: Hi\n\nThe text.',
    ],
  ])('%s', (_what, text) => {
    expect(visible(text)).toBe(text);
  });

  test('an empty text', () => expect(findFolds('', '')).toEqual([]));
});

describe('the HTML of the same mail', () => {
  test('marks quotes that the text does not', () => {
    const text = `${ANSWER}\n\nAnn, this morning\n\nPlease try the blue one.`;
    const html = `<p>${ANSWER}</p><div class="gmail_quote"><p>Ann, this morning</p><p>Please try the blue one.</p></div>`;
    expect(visible(text)).toBe(text);
    expect(visible(text, html)).toBe(ANSWER);
  });

  test('is not believed where the two begin differently, or where it is all quote', () => {
    const text = `${ANSWER}\n\nAnn, this morning`;
    expect(visible(text, '<p>Something else</p><div class="gmail_quote">Ann, this morning</div>')).toBe(text);
    expect(visible(text, `<div class="gmail_quote"><p>${ANSWER}</p>Ann, this morning</div>`)).toBe(text);
  });
});

test('folds are in order, do not overlap, and lie within the text', () => {
  const parts = [
    '> a\n',
    'b\n',
    '\n',
    '-- \n',
    'On 3 March 2026 Ann <a@b.example> wrote:\n',
    'From: a\nDate: b\nTo: c\n',
  ];
  for (let number = 0; number < 6 ** 5; number += 7) {
    const text = Array.from({ length: 5 }, (_, at) => parts[Math.floor(number / 6 ** at) % 6]).join('');
    let end = 0;
    for (const { from, to } of findFolds(text, '')) {
      expect(from, text).toBeGreaterThanOrEqual(end);
      expect(to, text).toBeGreaterThan(from);
      end = to;
    }
    expect(end).toBeLessThanOrEqual(text.length);
  }
});
