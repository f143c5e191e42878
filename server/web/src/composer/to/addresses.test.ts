import { describe, expect, test } from 'vitest';
import { takeAddresses, withoutTwice } from './addresses.ts';

describe('what is typed into a field of recipients', () => {
  test('one, several, with names, and with commas in names', () => {
    expect(takeAddresses('ilse@harbour.example').recipients).toEqual([{ address: 'ilse@harbour.example' }]);
    expect(takeAddresses('a@x.example; b@y.example,\nC <c@z.example>').recipients).toEqual([
      { address: 'a@x.example' },
      { address: 'b@y.example' },
      { name: 'C', address: 'c@z.example' },
    ]);
    expect(takeAddresses('"Harbour, Ilse" <ilse@harbour.example>').recipients).toEqual([
      { name: 'Harbour, Ilse', address: 'ilse@harbour.example' },
    ]);
  });

  test('what is no address stays where it is, with its reason, and the others are taken', () => {
    expect(takeAddresses('a@x.example, ilse')).toEqual({
      recipients: [{ address: 'a@x.example' }],
      rest: 'ilse',
      wrong: '“ilse” has no @.',
    });
    expect(takeAddresses('ilse@harbour').wrong).toMatch(/no whole domain/);
    expect(takeAddresses('il se@harbour.example').wrong).toMatch(/a space/);
    expect(takeAddresses('ilse@@harbour.example').wrong).toMatch(/no mail address/);
    expect(takeAddresses('  ,; ')).toEqual({ recipients: [], rest: '', wrong: null });
  });

  test('nobody is there twice', () => {
    const there = [{ address: 'a@x.example' }];
    expect(withoutTwice([{ address: 'A@x.example' }, { address: 'b@x.example' }], there)).toEqual([
      { address: 'b@x.example' },
    ]);
  });
});
