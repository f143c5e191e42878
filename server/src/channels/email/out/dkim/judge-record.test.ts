import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { judgeRecords } from './judge-record.ts';

const publicOf = (modulusLength: number, type: 'spki' | 'pkcs1' = 'spki'): string =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ type, format: 'der' }).toString('base64');

const publicKey = publicOf(2_048);
const wanted = { name: 's._domainkey.shop.example', value: `v=DKIM1; k=rsa; p=${publicKey}`, publicKey };
const codes = (...records: string[]): string[] =>
  judgeRecords(records, wanted).findings.map(({ code }) => code);

it('says of another key whether receivers take one of its size', () => {
  expect(codes(`v=DKIM1; p=${publicOf(768)}`)).toEqual(['key_other', 'key_short']);
  expect(codes(`v=DKIM1; p=${publicOf(1_024, 'pkcs1')}`)).toEqual(['key_other', 'key_weak']);
  expect(codes(`v=DKIM1; p=${publicOf(2_048)}`)).toEqual(['key_other']);
});

it('takes the key however its tags are ordered, spaced and cut into strings', () => {
  const spaced = `p=${publicKey.slice(0, 90)} ${publicKey.slice(90)};  t=s ; v=DKIM1`;
  expect(judgeRecords([spaced], wanted)).toEqual({ status: 'published', found: [], findings: [] });
  expect(codes(wanted.value.replaceAll('; ', String.raw`\; `))).toEqual(['record_split']);
});

it('tells what is no key of ours from none, and twice the same from one in pieces', () => {
  expect(codes()).toEqual(['record_missing']);
  expect(codes('v=spf1 -all')).toEqual(['record_unreadable']);
  expect(codes('')).toEqual(['record_unreadable']);
  expect(codes(`v=DKIM1; k=ed25519; p=${publicKey}`)).toEqual(['record_unreadable']);
  expect(codes(wanted.value, wanted.value)).toEqual(['record_several']);
  expect(codes(wanted.value.slice(0, 200), wanted.value.slice(200))).toEqual(['record_split']);
});

it('shows what stands there as a line of text', () => {
  const { found } = judgeRecords([`v=DKIM1; p=\u0000${'x'.repeat(900)}`], wanted);
  expect(found).toEqual([`v=DKIM1; p= ${'x'.repeat(500 - 12)}`]);
});
