import { expect, test } from 'vitest';
import { optWord } from './opt-words.ts';

test('a word counts however it is written, as long as it is all there is', () => {
  for (const text of [
    'STOP',
    'stop',
    ' Stop. ',
    '"stop"',
    'STOP!!!',
    'Opt-out',
    'optout',
    'arrêt',
    'Arrêté',
    'STOPALL',
    'revoke',
  ])
    expect([text, optWord(text)]).toEqual([text, 'stop']);
  for (const text of ['START', 'yes', 'Unstop']) expect([text, optWord(text)]).toEqual([text, 'start']);
  for (const text of ['HELP', 'info?']) expect([text, optWord(text)]).toEqual([text, 'help']);
});

test('a sentence with such a word in it is a message', () => {
  for (const text of [
    'STOP PLEASE',
    'please stop',
    'don’t stop',
    'the end',
    'yes please',
    'stop stop',
    '',
    '…',
    'Helping',
  ])
    expect([text, optWord(text)]).toEqual([text, undefined]);
});

test('on a toll-free number YES is an answer', () => {
  expect(optWord('YES', true)).toBeUndefined();
  expect(optWord('START', true)).toBe('start');
  expect(optWord('UNSTOP', true)).toBe('start');
});
