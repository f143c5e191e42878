import type { Incoming, Outgoing } from '@latchbox/client/admin';

/** What a provider's servers are, as docs/mailboxes.md has them. */
export interface Provider {
  readonly id: string;
  readonly name: string;
  /** Of addresses that are surely theirs. */
  readonly domains: readonly string[];
  readonly incoming: Pick<Incoming, 'host' | 'port' | 'security' | 'copySent'>;
  readonly outgoing: Pick<Outgoing, 'host' | 'port' | 'security'>;
  /** What has to be known before. */
  readonly hint: string;
}

/** Whose servers have to be named. */
export const OTHER: Provider = {
  id: 'other',
  name: 'Any other server',
  domains: [],
  incoming: { host: '', port: 993, security: 'tls', copySent: true },
  outgoing: { host: '', port: 465, security: 'tls' },
  hint: 'Your provider’s help names its servers. Microsoft 365 takes no passwords: connect it over the API, with OAuth2.',
};

export const PROVIDERS: readonly Provider[] = [
  {
    id: 'gmail',
    name: 'Gmail',
    domains: ['gmail.com', 'googlemail.com'],
    incoming: { host: 'imap.gmail.com', port: 993, security: 'tls', copySent: false },
    outgoing: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
    hint: 'Needs an app password, made in the Google account. OAuth2 can be set over the API.',
  },
  OTHER,
];

export function providerOf(address: string): Provider | undefined {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return PROVIDERS.find(({ domains }) => domains.includes(domain));
}

/** The servers of a domain that nobody knows more about, by the names that most have. */
export function guessed(address: string, way: 'imap' | 'smtp'): string {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return address.includes('@') && domain.includes('.') ? `${way}.${domain}` : '';
}
