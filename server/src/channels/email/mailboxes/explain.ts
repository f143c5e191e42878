import { oneLine as cleanLine } from '../../../lib/one-line.ts';
import { MailboxUnusable } from './api.ts';

interface Server {
  readonly host: string;
  readonly port: number;
}

/** What the errors of sockets, TLS and imapflow bring. */
interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly tlsFailed?: unknown;
  readonly authenticationFailed?: unknown;
  readonly response?: unknown;
  readonly responseText?: unknown;
  readonly serverResponseCode?: unknown;
}

const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
  HOSTNAME_MISMATCH: 'it is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'nobody but itself signed it',
  SELF_SIGNED_CERT_IN_CHAIN: 'nobody known signed it',
  UNABLE_TO_GET_ISSUER_CERT: 'nobody known signed it',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'nobody known signed it',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'nobody known signed it',
};
const SILENT = new Set([
  'ETIMEDOUT',
  'ETIMEOUT',
  'CONNECT_TIMEOUT',
  'GREETING_TIMEOUT',
  'UPGRADE_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);
const UNKNOWN_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EDNS']);

/** What an error of a connection means, in words for people. */
export function explain(error: unknown, server: Server): MailboxUnusable {
  if (error instanceof MailboxUnusable) return error;
  const failure = (typeof error === 'object' && error !== null ? error : {}) as Failure;
  const code = codeOf(failure);
  const because = { cause: error };
  const { host, port } = server;
  if (UNKNOWN_HOST.has(code)) {
    const reason = `There is no host called ${host}. Look at its spelling.`;
    return new MailboxUnusable('host', 'host_unknown', reason, because);
  }
  if (code === 'ECONNREFUSED') {
    const reason = `${host} takes no connections on port ${port}.`;
    return new MailboxUnusable('port', 'port_closed', reason, because);
  }
  if (SILENT.has(code)) {
    const reason = `${host} does not answer on port ${port}.`;
    return new MailboxUnusable('port', 'port_silent', reason, because);
  }
  return tlsTrouble(failure, code, server) ?? signInTrouble(failure) ?? otherTrouble(failure, server);
}

function tlsTrouble(failure: Failure, code: string, { host, port }: Server): MailboxUnusable | undefined {
  const because = { cause: failure };
  const certificate = CERTIFICATE[code];
  if (certificate !== undefined || code.startsWith('CERT_')) {
    const why = certificate ?? 'it is not in order';
    const reason = `The certificate of ${host} is not accepted: ${why}.`;
    return new MailboxUnusable('tls', 'tls_certificate', reason, because);
  }
  if (
    NOT_TLS.test(code) ||
    (code.startsWith('ERR_SSL') && /wrong version|packet length/i.test(text(failure)))
  ) {
    const reason = `Port ${port} of ${host} does not speak TLS from the first byte on. Try STARTTLS, or another port.`;
    return new MailboxUnusable('tls', 'tls_not_spoken', reason, because);
  }
  if (/does not support STARTTLS/i.test(text(failure))) {
    const reason = `Port ${port} of ${host} does not offer STARTTLS.`;
    return new MailboxUnusable('tls', 'tls_not_offered', reason, because);
  }
  if (
    failure.tlsFailed !== true &&
    !code.startsWith('ERR_SSL') &&
    !code.startsWith('ERR_TLS') &&
    code !== 'EPROTO'
  )
    return undefined;
  return new MailboxUnusable('tls', 'tls_failed', `${host} and this server agree on no TLS.`, because);
}
const NOT_TLS = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/;

function signInTrouble(failure: Failure): MailboxUnusable | undefined {
  const because = { cause: failure };
  if (failure.authenticationFailed !== true) return undefined;
  if (/no matching authentication|login is disabled|not supported/i.test(text(failure))) {
    const reason =
      'The server offers no way of signing in that fits: try the other one (password or OAuth2).';
    return new MailboxUnusable('credentials', 'sign_in_unsupported', reason, because);
  }
  const said = oneLine(failure.response);
  const reason = `The server does not accept this sign-in${said === '' ? '.' : `: ${said}`}`;
  return new MailboxUnusable('credentials', 'credentials_refused', reason, because);
}

function otherTrouble(failure: Failure, { host }: Server): MailboxUnusable {
  const said = oneLine(failure.responseText) || codeOf(failure);
  const reason = `${host} broke the connection off${said === '' ? '.' : `: ${said}`}`;
  return new MailboxUnusable('server', 'server_trouble', reason, { cause: failure });
}

const codeOf = ({ code }: Failure): string => (typeof code === 'string' ? code : '');
const text = ({ message }: Failure): string => (typeof message === 'string' ? message : '');

/** A server's answer as people read it. */
export function oneLine(said: unknown): string {
  return typeof said === 'string' ? cleanLine(said, 200) : '';
}
