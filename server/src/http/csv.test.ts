import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';

test('cells are quoted where they must be', () => {
  expect(
    toCsv([
      ['a', 'b,c', 'd"e', 'f\ng', "O'Hara"],
      ['1', '', '2'],
    ]),
  ).toBe('a,"b,c","d""e","f\ng","O\'Hara"\r\n1,,2\r\n');
});

test('no cell begins like a formula', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1', '＝1+1', '＠x']) {
    expect(toCsv([[text]]), text).toMatch(/^"'/);
  }
});
