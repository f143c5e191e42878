import { expect, test } from 'vitest';
import { createMessageDropper } from './redis-messages.ts';

const message = (text: string): string =>
  `*3\r\n$7\r\nmessage\r\n$4\r\nhint\r\n$${text.length}\r\n${text}\r\n`;
const SUBSCRIBED = '*3\r\n$9\r\nsubscribe\r\n$4\r\nhint\r\n:1\r\n';

function pass(every: number, ...chunks: string[]): string[] {
  const dropper = createMessageDropper();
  return chunks.map((chunk) => dropper.pass(Buffer.from(chunk), every).toString());
}

test('every second message is lost, and nothing else', () => {
  expect(pass(2, SUBSCRIBED, message('a'), message('b') + message('c'), message('d'))).toEqual([
    SUBSCRIBED,
    message('a'),
    message('c'),
    '',
  ]);
});

test('with 1 every message is lost, over several chunks too', () => {
  expect(pass(1, message('a') + SUBSCRIBED, message('b'))).toEqual([SUBSCRIBED, '']);
});

test('what is no whole message passes as it is', () => {
  const long = message('a long text');
  const half = long.slice(0, 30);
  expect(pass(1, half, long.slice(30), '+PONG\r\n')).toEqual([half, long.slice(30), '+PONG\r\n']);
});
