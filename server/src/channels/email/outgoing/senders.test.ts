import { expect, it } from 'vitest';
import { sendersToTry, sendingDomains } from './senders.ts';

it('asks for one address of each domain before a second one of any, and not for too many', () => {
  const shop = Array.from({ length: 10 }, (_, nth) => `box-${nth}@shop.example`);
  const tried = sendersToTry([...shop, 'a@quist.example', 'b@quist.example', 'no-reply@desk.example']);
  expect(tried).toHaveLength(8);
  expect(tried.slice(0, 3)).toEqual(['box-0@shop.example', 'a@quist.example', 'no-reply@desk.example']);
  expect(sendersToTry(['one@shop.example'])).toEqual(['one@shop.example']);
});

it('knows the domains that mail leaves from, signed ones of mailboxes too, and those that only have a key', () => {
  const addresses = { byRelay: ['a@shop.example'], signedHere: ['own@quist.example'] };
  expect(sendingDomains(addresses, 'no-reply@localhost', ['old.example', 'shop.example'])).toEqual([
    { domain: 'old.example', addresses: [] },
    { domain: 'quist.example', addresses: ['own@quist.example'] },
    { domain: 'shop.example', addresses: ['a@shop.example'] },
  ]);
});
