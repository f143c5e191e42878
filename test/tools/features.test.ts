import { expect, test } from 'vitest';
import { judgeLedger, readLedger, readReport } from './features.ts';

const ledger = readLedger(
  [
    '| id | state | what | tests |',
    '|---|---|---|---|',
    '| L1 | done | all | a.test.ts › one<br>a.test.ts › two |',
    '| L2 | missing | none |  |',
  ].join('\n'),
);
const ran = (two: string) =>
  readReport({
    testResults: [
      {
        name: 'a.test.ts',
        assertionResults: [
          { fullName: 'one', status: 'passed' },
          { fullName: 'two', status: two },
        ],
      },
    ],
  });

test('a ledger whose tests all ran and passed has nothing wrong', () => {
  expect(ledger.map((row) => row.id)).toEqual(['L1', 'L2']);
  expect(judgeLedger(ledger, ran('passed'), ['L1', 'L2'])).toEqual([]);
});

test('a failed test, one that did not run, and a row that is not there are each told', () => {
  expect(judgeLedger(ledger, ran('failed'), [])).toEqual(['L1: failed: a.test.ts › two']);
  expect(judgeLedger(ledger, new Map(), ['L3'])).toHaveLength(3);
});

test('a done row without a test, a row twice and an unknown state are refused', () => {
  expect(judgeLedger(readLedger('| S1 | part | some |  |'), new Map(), [])).toEqual([
    'S1 is part and names no test',
  ]);
  expect(() => readLedger('| S1 | nearly | some |  |')).toThrow(/S1/);
  expect(() => readLedger('| S1 | missing | |  |\n| S1 | missing | |  |')).toThrow(/twice/);
});
