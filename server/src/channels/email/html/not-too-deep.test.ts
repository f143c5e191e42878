import { expect, test } from 'vitest';
import { notTooDeep } from './not-too-deep.ts';

test('HTML as programs write it stays whole, with ends left out as well', () => {
  const long = `<div><table>${'<tr><td><p>Row<br><img src=x>'.repeat(5_000)}</table></div>`;
  const nested = `${'<blockquote><div>'.repeat(300)}Deep${'</div></blockquote>'.repeat(300)}`;
  for (const html of ['', 'No element, 1 < 2', long, nested.repeat(20)]) expect(notTooDeep(html)).toBe(html);
});

test('where elements stand deeper in each other than anybody writes, it ends', () => {
  const html = `Before ${'<div>'.repeat(60_000)}`;
  const cut = notTooDeep(html);
  expect(html.startsWith(cut)).toBe(true);
  expect(cut).toHaveLength('Before '.length + 1_000 * '<div>'.length);
});
