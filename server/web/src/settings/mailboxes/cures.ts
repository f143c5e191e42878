import type { MailboxTrouble } from '@latchbox/client/admin';

/** What to do about each, as docs/mailboxes.md has it. */
export const CURES: { readonly [T in MailboxTrouble]: string } = {
  host_unknown: 'Look at the spelling of the host.',
  host_private: 'The host has a private address. The operator may allow it with ALLOWED_PRIVATE_HOSTS.',
  port_closed: 'Nothing listens there. IMAP: 993 (TLS) or 143 (STARTTLS); SMTP: 465 (TLS) or 587 (STARTTLS).',
  port_silent: 'No answer: a firewall, or the wrong port.',
  wrong_service: 'Another kind of server answers: the ports of IMAP and SMTP may be mixed up.',
  tls_not_spoken: 'The port begins without TLS: choose STARTTLS, or the port for TLS.',
  tls_wanted: 'The port begins with TLS: choose TLS.',
  tls_not_offered: 'The server has no STARTTLS on this port: choose the port for TLS.',
  tls_certificate: 'The certificate has expired, is for another name, or is signed by nobody known.',
  tls_failed: 'The two agree on no TLS; 1.2 or newer is needed.',
  credentials_refused: 'User or password are wrong, or the provider wants an app password.',
  sign_in_unsupported: 'The server offers no such way of signing in.',
  sign_in_needed: 'The server takes mail only from who signs in.',
  token_refused: 'The grant was withdrawn or is over: have it given anew.',
  token_unreachable: 'The provider’s token address does not answer; it is tried again.',
  address_mismatch:
    'The account may not write as this address: set up an alias there, or use its own address.',
  connected_elsewhere: 'The address or the account is connected already: remove it there first.',
  folder_missing: 'There is no such folder; names are as the server lists them.',
  server_trouble: 'It may pass by itself. What the server said is above.',
};
