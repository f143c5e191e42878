import { describe, expect, it } from 'vitest';
import { readRelayUrl } from './relay-url.ts';

describe('SMTP_URL', () => {
  it('says everything about a relay', () => {
    expect(readRelayUrl('smtps://a%40b:c%3Ad@relay.example?tls=required')).toEqual({
      host: 'relay.example',
      port: 465,
      secure: true,
      user: 'a@b',
      password: 'c:d',
      tls: 'required',
    });
    expect(readRelayUrl('smtp://[::1]:2526?tls=verified')).toMatchObject({
      host: '::1',
      port: 2526,
      secure: false,
      tls: 'verified',
    });
    expect(readRelayUrl('smtp://relay.example').port).toBe(587);
  });

  it.each([
    ['smtp://relay.example', 'opportunistic'],
    ['smtp://a:b@relay.example', 'verified'],
    ['smtps://relay.example', 'verified'],
    ['smtp://a:b@localhost', 'opportunistic'],
    ['smtp://a:b@127.0.0.1', 'opportunistic'],
    ['smtp://a:b@127.example', 'verified'],
  ])('keeps a sign-in safe where it says nothing: %s is %s', (url, tls) => {
    expect(readRelayUrl(url).tls).toBe(tls);
  });

  it.each(['relay.example', 'http://relay.example', 'smtp://', 'smtp://x?tls=1', 'smtp://x?verify=false'])(
    'is not %j',
    (text) => {
      expect(() => readRelayUrl(text)).toThrow('SMTP_URL');
    },
  );
});
