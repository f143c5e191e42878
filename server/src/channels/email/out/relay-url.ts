import { isIP } from 'node:net';
import type { RelaySettings, TlsPolicy } from './smtp-session.ts';

const POLICIES: readonly TlsPolicy[] = ['opportunistic', 'required', 'verified'];

/**
 * Reads `smtp://user:password@host:port?tls=verified`. Without `tls` a sign-in is said to a verified relay alone, unless it is on this
 * machine; and mail without one leaves as the relay has it. Throws an `Error` in words for whoever set it.
 */
export function readRelayUrl(text: string): RelaySettings {
  const url = URL.parse(text);
  const secure = url?.protocol === 'smtps:';
  if (url === null || !(secure || url.protocol === 'smtp:') || url.hostname === '') {
    throw new Error('SMTP_URL must be like smtp://user:password@host:587 or smtps://user:password@host:465');
  }
  for (const name of url.searchParams.keys()) {
    if (name !== 'tls') throw new Error(`SMTP_URL has an unknown option: ${name}`);
  }
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  const user = decodeURIComponent(url.username);
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    user,
    password: decodeURIComponent(url.password),
    tls: policyOf(url) ?? ((user === '' && !secure) || isThisMachine(host) ? 'opportunistic' : 'verified'),
  };
}

function policyOf(url: URL): TlsPolicy | undefined {
  const given = url.searchParams.get('tls');
  if (given === null) return undefined;
  const policy = POLICIES.find((one) => one === given);
  if (policy === undefined)
    throw new Error(`SMTP_URL has no TLS policy ${given}: it is one of ${POLICIES.join(', ')}`);
  return policy;
}

const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
