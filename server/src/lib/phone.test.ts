import { expect, test } from 'vitest';
import { formatPhone, needsCampaign, readPhone } from './phone.ts';

test('numbers are read as people type them', () => {
  for (const typed of ['(212) 736-5000', '212.736.5000', '+1 212 736 5000', '1-212-736-5000'])
    expect(readPhone(typed)).toEqual({ e164: '+12127365000', country: 'US', kind: 'local' });
  expect(readPhone('0151 23456789', 'DE')).toMatchObject({ e164: '+4915123456789', kind: 'mobile' });
  expect(readPhone('+44 7400 123456')).toMatchObject({ e164: '+447400123456', country: 'GB' });
  expect(readPhone('800 275 2273')).toMatchObject({ kind: 'toll_free' });
});

test('what is no number is none', () => {
  for (const typed of ['', '12', 'call me', 'STOP', '+', '+1', '+1212736500012345678', '212 736 5000 x12'])
    expect(readPhone(typed)).toBeUndefined();
});

test('only long codes of the United States need a campaign', () => {
  const needs = (typed: string) => {
    const phone = readPhone(typed);
    return phone === undefined ? undefined : needsCampaign(phone);
  };
  expect(needs('+12127365000')).toBe(true);
  expect(needs('+18002752273')).toBe(false);
  expect(needs('+14165550123')).toBe(false);
  expect(needs('+4915123456789')).toBe(false);
});

test('a number is shown with spaces', () => {
  expect(formatPhone('+12127365000')).toBe('+1 212 736 5000');
  expect(formatPhone('nobody')).toBe('nobody');
});
