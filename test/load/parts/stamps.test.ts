import { expect, test } from 'vitest';
import { eachStamp } from './stamps.ts';

function stampsOf(text: string): number[] {
  const found: number[] = [];
  eachStamp(Buffer.from(text), (stamp) => void found.push(stamp));
  return found;
}
const item = (text: string): string =>
  JSON.stringify({
    t: 'event',
    event: { stream: 'inbox:ibx_1', seq: 7, data: { body: text, preview: text } },
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
