import { expect, test } from 'vitest';
import { bodyHash, type Fields, isSigned, signForm } from './signature.ts';

const token = '12345';
const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const body: Fields = [
  ['CallSid', 'CA1234567890ABCDE'],
  ['Caller', '+14158675309'],
  ['Digits', '1234'],
  ['From', '+14158675309'],
  ['To', '+18005551212'],
];
const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';

test('gives the signature of the documented example', () => {
  expect(signForm(token, url, body)).toBe(signature);
  expect(isSigned(token, { url, signature, body })).toBe(true);
  expect(isSigned(token, { url, signature, body: body.toReversed() })).toBe(true);
});

test('nothing else has it: another token, address, field, or none at all', () => {
  const refused = (change: Partial<Parameters<typeof isSigned>[1]>, by = token) =>
    expect(isSigned(by, { url, signature, body, ...change })).toBe(false);
  refused({}, '12346');
  refused({ url: 'https://mycompany.com/myapp.php?foo=1&bar=3' });
  refused({ url: 'https://mycompany.org/myapp.php?foo=1&bar=2' });
  refused({ url: 'https://mycompany.com:8443/other' });
  refused({ body: [...body, ['New', '']] });
  refused({ body: body.slice(1) });
  refused({ signature: '' });
  refused({ signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B9=' });
  refused({ url: 'no address' });
  expect(() => isSigned('', { url, signature, body })).toThrow('no token');
});

test('a port may be said or not', () => {
  const signed = (signedUrl: string, seenUrl: string) =>
    isSigned(token, { url: seenUrl, signature: signForm(token, signedUrl, body), body });
  expect(signed('https://a.example:443/x?y=1', 'https://a.example/x?y=1')).toBe(true);
  expect(signed('https://a.example/x', 'https://a.example:8443/x')).toBe(true);
  expect(signed('http://a.example:80/x', 'http://a.example/x')).toBe(true);
  expect(signed('https://a.example:444/x', 'https://a.example/x')).toBe(false);
});

test('a body that is no form needs its hash in the address', () => {
  const json = Buffer.from('{"a":1}');
  const hashed = `https://a.example/x?bodySHA256=${bodyHash(json)}`;
  const signedJson = (address: string, given: Buffer) =>
    isSigned(token, { url: address, signature: signForm(token, address, []), body: given });
  expect(signedJson(hashed, json)).toBe(true);
  expect(signedJson(hashed, Buffer.from('{"a":2}'))).toBe(false);
  expect(signedJson('https://a.example/x', json)).toBe(false);
});
