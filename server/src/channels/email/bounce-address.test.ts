import { expect, test } from 'vitest';
import { newId } from '../../lib/ids.ts';
import { bounceAddress, readBounceAddress } from './bounce-address.ts';

test('says which reply it is about, whatever servers do to its capitals, and fits into 64 characters', () => {
  for (let run = 0; run < 200; run += 1) {
    const id = newId('ent');
    const address = bounceAddress('secret', id, 'shop.example') ?? '';
    expect(address.indexOf('@')).toBeLessThanOrEqual(64);
    expect(readBounceAddress('secret', address)).toBe(id);
    expect(readBounceAddress('secret', address.toUpperCase())).toBe(id);
    expect(readBounceAddress('another secret', address)).toBeUndefined();
  }
});

test('cannot be guessed, and is no other address', () => {
  const address = bounceAddress('secret', newId('ent'), 'shop.example') ?? '';
  for (let at = 7; at < 51; at += 1) {
    const other = address[at] === 'a' ? 'b' : 'a';
    const forged = address.slice(0, at) + other + address.slice(at + 1);
    expect(readBounceAddress('secret', forged), forged).toBeUndefined();
  }
  for (const text of [
    '',
    'bounce@shop.example',
    'bounce+x@shop.example',
    `x${address}`,
    address.replace('bounce', 'orders'),
  ])
    expect(readBounceAddress('secret', text), text).toBeUndefined();
  expect(bounceAddress('secret', 'ent_1', 'shop.example')).toBeUndefined();
});
