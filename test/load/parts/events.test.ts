import { expect, test } from 'vitest';
import { eachEvent } from './events.ts';

function stampsOf(text: string): number[] {
  const found: number[] = [];
  eachEvent(Buffer.from(text), (_seq, stamp) => void (stamp !== undefined && found.push(stamp)));
  return found;
}
function seqsOf(text: string): number[] {
  const found: number[] = [];
  eachEvent(Buffer.from(text), (seq) => void found.push(seq));
  return found;
}
const item = (text: string, seq = 7): string =>
  JSON.stringify({
    t: 'event',
    event: { stream: 'inbox:ibx_1', seq, data: { body: text, preview: text } },
  });
const frame = (...items: string[]): string => `42["frame",{"items":[${items.join(',')}]}]`;

test('every event of a frame counts once, by the first number that stands in it', () => {
  expect(stampsOf(frame(item('on its way @@123456789@@')))).toEqual([123_456_789]);
  expect(stampsOf(frame(item('@@1@@'), item('@@22@@ and @@23@@'), item('@@333@@')))).toEqual([1, 22, 333]);
});

test('what is no write of the run does not count, and takes no number of its neighbour', () => {
  expect(stampsOf(frame('{"t":"head","serverTime":5,"heads":[]}'))).toEqual([]);
  expect(stampsOf(frame(item('nothing'), item('@@2@@'), item('nothing')))).toEqual([2]);
  // Said by a person, its quotes are escaped.
  expect(stampsOf(frame(item(`${item('@@4@@')} @@5@@`)))).toEqual([4]);
});

test('a bare message is one event', () => {
  expect(stampsOf('42["event",{"stream":"room-1","seq":1,"data":{"body":"@@77@@"}}]')).toEqual([77]);
  expect(stampsOf('42["event",{"stream":"room-1"}]')).toEqual([]);
  expect(stampsOf('2')).toEqual([]);
});

test('the number of every event is read, whether it is a write of the run or not', () => {
  expect(seqsOf(frame(item('@@1@@', 41), item('nothing', 42), item('"seq":9 @@3@@', 43)))).toEqual([
    41, 42, 43,
  ]);
  expect(seqsOf('42["event",{"stream":"room-1","seq":12,"data":{"body":"@@77@@"}}]')).toEqual([12]);
  expect(seqsOf(frame('{"t":"head","serverTime":5,"heads":[{"stream":"inbox:a","seq":5}]}'))).toEqual([]);
});
