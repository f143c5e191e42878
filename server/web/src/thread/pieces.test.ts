import { expect, it } from 'vitest';
import { piecesOf } from './pieces.ts';

it('shows a body without folds as it is', () => {
  expect(piecesOf('Hello\n\nBen', undefined)).toEqual([{ what: 'text', text: 'Hello\n\nBen' }]);
  expect(piecesOf('', undefined)).toEqual([]);
});

it('cuts at quotes and signatures, without the empty lines between', () => {
  const body = 'Yes.\n\n> Is it?\n\nThen on Friday.\n\n-- \nRosa\n';
  const from = body.indexOf('>');
  const sign = body.indexOf('-- ');
  const folds = [
    { from, to: body.indexOf('\n\nThen'), what: 'quote' as const },
    { from: sign, to: body.length, what: 'signature' as const },
  ];
  expect(piecesOf(body, folds)).toEqual([
    { what: 'text', text: 'Yes.' },
    { what: 'quote', text: '> Is it?' },
    { what: 'text', text: 'Then on Friday.' },
    { what: 'signature', text: '-- \nRosa' },
  ]);
});

it('keeps what a line is indented by', () => {
  expect(piecesOf('\n   code\n', undefined)).toEqual([{ what: 'text', text: '   code' }]);
});
