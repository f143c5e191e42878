import type { Incoming, Outgoing } from '@latchbox/client/admin';

/** What a provider's servers are, as docs/mailboxes.md has them. */
export interface Provider {
  readonly id: string;
  readonly name: string;
  /** Of addresses that are surely theirs. */
  readonly domains: readonly string[];
  readonly incoming: Pick<Incoming, 'host' | 'port' | 'security' | 'copySent'>;
  readonly outgoing: Pick<Outgoing, 'host' | 'port' | 'security'>;
  /** How to sign in there, unless something else is chosen. */
  readonly auth: 'password' | 'oauth2';
  /** Where refresh tokens are changed, and for what. */
  readonly oauth2: { readonly tokenUrl: string; readonly scope: string };
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
  auth: 'password',
  oauth2: { tokenUrl: '', scope: '' },
  hint: 'Your provider’s help names its servers.',
};

export const PROVIDERS: readonly Provider[] = [
  {
    id: 'gmail',
    name: 'Gmail',
    domains: ['gmail.com', 'googlemail.com'],
    incoming: { host: 'imap.gmail.com', port: 993, security: 'tls', copySent: false },
    outgoing: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
    auth: 'password',
    oauth2: { tokenUrl: 'https://oauth2.googleapis.com/token', scope: '' },
    hint: 'Needs an app password, made in the Google account, or OAuth2.',
  },
  {
    id: 'microsoft',
    name: 'Microsoft 365',
    domains: ['outlook.com', 'hotmail.com', 'live.com'],
    incoming: { host: 'outlook.office365.com', port: 993, security: 'tls', copySent: false },
    outgoing: { host: 'smtp.office365.com', port: 587, security: 'starttls' },
    auth: 'oauth2',
    oauth2: {
      tokenUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
      scope:
        'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access',
    },
    hint: 'Takes no passwords: register an application, and have it given a refresh token. In the token address, “common” is your tenant.',
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
