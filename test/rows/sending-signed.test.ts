/** Mail that is signed by its domain's key (DKIM), as another program's verifier sees it that asks the same DNS. */
import {
  activateDkimKey,
  checkDkimDomain,
  createDkimDomain,
  type DkimDomain,
  listDkimDomains,
  removeDkimDomain,
  rotateDkimKey,
} from '@latchbox/shared/http/dkim';
import { dkimVerify } from 'mailauth';
import { afterAll, expect, test } from 'vitest';
import { startDnsServer } from '../tools/dns-server.ts';
import { refusal } from '../tools/scenario.ts';
import type { SunkMail } from '../tools/smtp-sink.ts';
import { mailDesk } from './sending-stage.ts';

const dns = await startDnsServer();
afterAll(() => dns[Symbol.asyncDispose]());
const { world, customer, started, replies, delivered, sunk, upload } = mailDesk({
  DNS_SERVERS: dns.address,
});

const domain = 'fernhill.example';
const admin = () => world().rest('mo');
const at = { params: { domain } };

function publish({ record }: DkimDomain['key']): void {
  dns.txt.set(record.name, [record.value]);
}

/** What a verifier says of each signature of a mail. */
async function verdicts({ raw }: SunkMail) {
  const notThere = Object.assign(new Error('not there'), { code: 'ENOTFOUND' });
  const { results } = await dkimVerify(raw, {
    resolver: (name: string) => {
      const records = dns.txt.get(name);
      return records === undefined ? Promise.reject(notThere) : Promise.resolve(records.map((one) => [one]));
    },
  });
  return results
    .filter(({ signingDomain }) => signingDomain !== undefined)
    .map(({ signingDomain, selector, status }) => [signingDomain, selector, status?.result]);
}

/** A reply to this test's customer, as it arrived. */
async function arrived(more: Record<string, unknown> = {}): Promise<SunkMail> {
  const conversation = await started();
  const reply = await replies(conversation, more);
  await delivered(conversation, reply, 'sent');
  return await sunk(({ to }) => to.includes(customer()));
}

test('mail is signed once the record of its domain is in DNS, and not before; a verifier finds the signature good', async () => {
  const made = await admin().call(createDkimDomain, { body: { domain: 'FernHill.example' } });
  expect(made).toMatchObject({ domain, active: false, next: null });
  expect(made.key.record.name).toBe(`${made.key.selector}._domainkey.${domain}`);
  expect(JSON.stringify(made)).not.toContain('PRIVATE');
  expect(await verdicts(await arrived())).toEqual([]);

  expect((await admin().call(checkDkimDomain, at)).key.status).toBe('missing');
  await refusal('conflict', admin().call(activateDkimKey, at));
  dns.txt.set(made.key.record.name, ['v=DKIM1; k=rsa; p=QUJD']);
  expect((await admin().call(checkDkimDomain, at)).key).toEqual({
    status: 'different',
    found: ['v=DKIM1; k=rsa; p=QUJD'],
    findings: [expect.objectContaining({ code: 'key_other' })],
  });
  publish(made.key);
  expect((await admin().call(checkDkimDomain, at)).key.status).toBe('published');
  expect((await admin().call(activateDkimKey, at)).active).toBe(true);
});

test('text, HTML and files are under the signature; what is changed on the way is found out', async () => {
  const file = await upload('page.bin', Buffer.alloc(300_000, 7), 'application/octet-stream');
  const mail = await arrived({ body: 'Grüße von Seite 12 …\n\n.\nEnd', attachments: [file.id] });
  const selector = (await admin().call(listDkimDomains)).domains[0]?.key.selector;
  expect(await verdicts(mail)).toEqual([[domain, selector, 'pass']]);
  // An id of the relay's own does not break it.
  const text = mail.raw.toString('latin1');
  const renamed = text.replace(/^Message-ID: <[^>]+>/im, 'Message-ID: <0102-3@relay.example>');
  expect(renamed).not.toBe(text);
  expect(await verdicts({ ...mail, raw: Buffer.from(renamed, 'latin1') })).toEqual([
    [domain, selector, 'pass'],
  ]);
  const forged = text.replace(/^Subject: .*$/im, 'Subject: Pay at once');
  expect((await verdicts({ ...mail, raw: Buffer.from(forged, 'latin1') }))[0]?.[2]).toBe('fail');
});

test('a key is replaced without a mail that cannot be verified; who is no admin changes nothing', async () => {
  const before = (await admin().call(listDkimDomains)).domains[0];
  const turning = await admin().call(rotateDkimKey, { ...at, body: { selector: 'winter' } });
  expect(turning.key).toEqual(before?.key);
  await refusal('conflict', admin().call(activateDkimKey, at));
  expect(await verdicts(await arrived())).toEqual([[domain, before?.key.selector, 'pass']]);
  if (turning.next !== null) publish(turning.next);
  expect(await admin().call(checkDkimDomain, at)).toMatchObject({
    key: { status: 'published' },
    next: { status: 'published' },
  });
  expect(await admin().call(activateDkimKey, at)).toMatchObject({ key: turning.next, next: null });

  for (const call of [
    () => world().rest('ana').call(listDkimDomains),
    () =>
      world()
        .rest('ana')
        .call(rotateDkimKey, { ...at, body: {} }),
    () => world().rest('ana').call(removeDkimDomain, at),
  ]) {
    await refusal('forbidden', call());
  }
  const stored = JSON.stringify(world().rows('SELECT * FROM dkim_keys'));
  expect(stored).toContain('winter');
  expect(stored).not.toContain('PRIVATE KEY');
});

test('a domain that is removed is signed no more', async () => {
  const signed = await arrived();
  expect(await verdicts(signed)).toEqual([[domain, 'winter', 'pass']]);
  await admin().call(removeDkimDomain, at);
  await refusal('not_found', admin().call(checkDkimDomain, at));
  const conversation = await started({ text: 'And page 13?' });
  const reply = await replies(conversation, { body: 'That one, too.' });
  await delivered(conversation, reply, 'sent');
  const bare = await sunk(({ raw }) => raw.includes('That one, too.'));
  expect(await verdicts(bare)).toEqual([]);
});
