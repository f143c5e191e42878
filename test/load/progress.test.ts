import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';

const moment = {
  at: 1,
  span: 1,
  servers: [],
  latencies: {},
  counts: { 'events received': 40, 'error timeout': 2 },
  agents: 3,
  current: 2,
  lag: 1,
  processor: 1,
};

test('a terminal has one line that is written anew, a file has some lines of many', () => {
  const terminal: string[] = [];
  const file: string[] = [];
  const live = createProgress({ isTTY: true, columns: 40, write: (text: string) => terminal.push(text) }, 10);
  const plain = createProgress({ write: (text: string) => file.push(text) }, 10);
  for (let at = 1; at <= 7; at += 1) {
    live.show({ ...moment, at });
    plain.show({ ...moment, at });
  }
  expect(terminal).toHaveLength(7);
  expect(terminal.every((text) => text.startsWith('\r') && !text.includes('\n'))).toBe(true);
  // A line that wraps could not be written over.
  expect(Math.max(...terminal.map((text) => text.slice('\r\u001B[2K'.length).length))).toBeLessThan(40);
  expect(file.map((text) => text.split(' ')[0])).toEqual(['1/10', '6/10']);
  expect(file[0]).toContain('2/3 current');
  expect(file[0]).toContain('40 events/s');
  expect(file[0]).toContain('2 errors');
});
