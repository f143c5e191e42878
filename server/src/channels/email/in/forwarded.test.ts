import { expect, test } from 'vitest';
import { bodyOf, extraOf } from './message.ts';
import { forwardedFrom } from './forwarded.ts';
import { readMail } from './read-mail.ts';

const headers =
  'From: Rosa Quist <rosa@quist.example>\nDate: 2 March 2026\nSubject: A cracked vase\nTo: us@shop.example\n';
const rosa = { from: { name: 'Rosa Quist', address: 'rosa@quist.example' }, subject: 'A cracked vase' };

test('who wrote what somebody passes on, by the words of mail programs or by the subject', () => {
  expect(
    forwardedFrom(`Please see.\n\n---------- Forwarded message ---------\n${headers}\nHello`, ''),
  ).toEqual(rosa);
  expect(
    forwardedFrom(`> Begin forwarded message:\n>\n${headers.replaceAll(/^(?=.)/gm, '> ')}>\n> Hello`, ''),
  ).toEqual(rosa);
  expect(forwardedFrom(`Siehe unten.\n\n${headers}\nHello`, 'WG: A cracked vase')).toEqual(rosa);
  expect(forwardedFrom(`${headers}\nHello`, '')).toEqual(rosa);
});

test('an answer with a quote is no forward, nor is one without an address', () => {
  expect(forwardedFrom(`Yes.\n\n${headers}\nHello`, 'Re: A cracked vase')).toBeUndefined();
  expect(
    forwardedFrom(
      'Yes.\n\nOn Monday Rosa wrote:\n> ---------- Forwarded message ---------\n> From: x',
      'Re: x',
    ),
  ).toBeUndefined();
  expect(
    forwardedFrom('---------- Forwarded message ---------\nFrom: Rosa\nDate: x\nTo: y\n', ''),
  ).toBeUndefined();
  expect(forwardedFrom('', 'Fwd: x')).toBeUndefined();
});

test('the entry says so, and where the mail asks to be answered; its sender stays who sent it', async () => {
  const mail = await readMail(
    Buffer.from(
      `From: ann@shop.example\r\nReply-To: Else <else@phish.example>\r\nSubject: Fwd: x\r\n\r\n${headers}\nHello`,
    ),
  );
  const from = { name: '', address: 'ann@shop.example' };
  const facts = {
    from,
    automatic: false,
    newParticipant: false,
    sent: false,
    answersStopped: false,
    files: [],
  };
  expect(extraOf(mail, bodyOf(mail), facts).mail).toMatchObject({
    from,
    forwarded: rosa,
    replyTo: { name: 'Else', address: 'else@phish.example' },
  });
  expect(extraOf(mail, bodyOf(mail), { ...facts, automatic: true }).mail).not.toHaveProperty('forwarded');
});
