import type { MailboxConfiguration, Security } from '@latchbox/client/admin';
import { formText } from '../../lib/form-text.ts';
import type { Provider } from './providers.ts';

/** What was written about a mail account: its servers, and what it is signed in with. */
export function readAccount(
  data: FormData,
  provider: Provider,
  address: string,
): Omit<MailboxConfiguration, 'inbox' | 'confirmedTerms'> {
  const text = (name: string): string => formText(data, name).trim();
  const auth = text('auth') === 'oauth2' ? ('oauth2' as const) : ('password' as const);
  const server = (way: 'incoming' | 'outgoing') => ({
    host: text(`${way}.host`),
    port: Number(text(`${way}.port`)),
    security: text(`${way}.security`) as Security,
    user: text('user') === '' ? address : text('user'),
    auth,
  });
  const aliases = text('aliases')
    .split(/[\s,;]+/)
    .filter((alias) => alias !== '');
  return {
    name: text('name'),
    aliases,
    incoming: { ...server('incoming'), copySent: provider.incoming.copySent },
    outgoing: server('outgoing'),
    ...(auth === 'oauth2' ? { oauth2: grantOf(text) } : passwordOf(data)),
  };
}

function grantOf(text: (name: string) => string) {
  return {
    tokenUrl: text('oauth2.tokenUrl'),
    clientId: text('oauth2.clientId'),
    clientSecret: text('oauth2.clientSecret'),
    refreshToken: text('oauth2.refreshToken'),
    scope: text('oauth2.scope'),
  };
}

function passwordOf(data: FormData): { password?: string } {
  // Its spaces may be meant.
  const password = formText(data, 'password');
  return password === '' ? {} : { password };
}
