import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../../database/database.ts';
import { aboutKey, activateDkim, holdDkim, insertDkim } from '../../../../database/dkim-keys.ts';
import { openTestDatabase } from '../../../../database/testing/open.ts';
import { silentLog } from '../../../../lib/log.ts';
import { ManualClock } from '../../../../lib/manual-clock.ts';
import { createSeal } from '../../../../lib/seal.ts';
import { createSignMail } from './sign-mail.ts';

const seal = createSeal([], 'a deployment');
let db: Database;
beforeAll(async () => {
  db = await openTestDatabase('sqlite', { clock: new ManualClock() });
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await db.inTransaction(async (tx) => {
    for (const domain of ['shop.example', 'waits.example']) {
      const sealedKey = seal.seal(privateKey, aboutKey(domain, 'one'));
      await insertDkim(tx, domain, { selector: 'one', sealedKey, publicKey: 'AAAA' });
    }
    const row = await holdDkim(tx, 'shop.example');
    if (row !== undefined) await activateDkim(tx, row);
  });
});
afterAll(() => db.close());

const mailOf = (sender: string, from = '"Orders, of the @shop" <orders@shop.example>') => ({
  sender,
  recipients: ['cora@quist.example'],
  size: 100,
  open: () => Promise.resolve(Readable.from([Buffer.from(`From: ${from}\r\nSubject: x\r\n\r\nHello\r\n`)])),
});

async function signedBy(mail: ReturnType<typeof mailOf>): Promise<string | undefined> {
  const signed = await createSignMail({ db, seal, log: silentLog })(mail);
  if ('status' in signed) return signed.status;
  return /^DKIM-Signature:.*?\bd=([^;]+);/s.exec(await text(await signed.open()))?.[1];
}

test('the domain of the sender decides; what has no active key leaves as it is', async () => {
  expect(await signedBy(mailOf('orders@shop.example'))).toBe('shop.example');
  expect(await signedBy(mailOf('bounce+x.y@Shop.Example'))).toBe('shop.example');
  expect(await signedBy(mailOf('orders@waits.example'))).toBeUndefined();
  expect(await signedBy(mailOf('orders@other.example'))).toBeUndefined();
});

test('a mail without a sender, as automatic ones are, is signed by the domain of From', async () => {
  expect(await signedBy(mailOf(''))).toBe('shop.example');
  expect(await signedBy(mailOf('', 'orders@shop.example'))).toBe('shop.example');
  expect(await signedBy(mailOf('', '"orders@shop.example" <eve@evil.example>'))).toBeUndefined();
});

test('a key that cannot be opened keeps the mail here', async () => {
  const other = createSignMail({ db, seal: createSeal([], 'another deployment'), log: silentLog });
  expect(await other(mailOf('orders@shop.example'))).toMatchObject({
    status: 'unreachable',
    reason: 'the DKIM key of shop.example cannot be opened on the server',
  });
});
