import type { DkimTrouble, DomainTrouble, MailboxTrouble } from '@latchbox/client/admin';
import { CURES } from '../mailboxes/cures.ts';

/** What to do about each where it is the relay of SMTP_URL, as docs/sending.md has it. */
export const RELAY_CURES: { readonly [T in MailboxTrouble]: string } = {
  ...CURES,
  host_unknown: 'Look at the spelling of the host in SMTP_URL, and whether this machine can ask DNS.',
  port_closed: 'Nothing listens there. Mostly it is 587 (smtp://) or 465 (smtps://).',
  port_silent: 'No answer: a firewall, or the wrong port. Many hosts block 25.',
  wrong_service: 'Another kind of server answers there.',
  tls_not_spoken: 'The port begins without TLS: write smtp:// in SMTP_URL, or take the port for TLS.',
  tls_wanted: 'The port begins with TLS: write smtps:// in SMTP_URL.',
  tls_not_offered:
    'Take the relay’s port for TLS (smtps://), or on a network of your own ?tls=opportunistic.',
  tls_certificate:
    'Use the name that the certificate is for, NODE_EXTRA_CA_CERTS for an authority of your own, or ?tls=required.',
  credentials_refused:
    'User or password are wrong, or the relay wants an app password. Write @, : and / in them as %40, %3A and %2F.',
  sign_in_unsupported: 'The relay takes no password on this connection; many do so only with TLS.',
  sign_in_needed: 'The relay takes mail only from who signs in: give user and password in SMTP_URL.',
  address_mismatch:
    'Allow these addresses or their domain at the relay. NOTICES_FROM is who mail to agents is from.',
};

/** What to do about a DKIM record, as docs/sending.md has it. */
export const RECORD_CURES: { readonly [T in DkimTrouble]: string } = {
  record_missing:
    'Publish the record; that may take an hour to be seen. Some pages add the domain to the name by themselves: then leave it out there.',
  record_several: 'Remove all but this one.',
  record_split: 'Publish one record of several strings of at most 255 characters, without quotation marks.',
  record_unreadable: 'Put this record in its place.',
  record_revoked: 'Put this record in its place, or make another key.',
  key_other: 'Receivers take the mail for forged. Publish this one, or make another key.',
  key_short: 'Publish this one, which has 2048.',
  key_weak: 'Publish this one, which has 2048.',
  use_restricted: 'Leave s= and h= out of the record.',
  test_mode: 'Remove t=y once mail arrives.',
  dns_silent: 'Look at DNS_SERVERS, and try again.',
};

/** What to do about a domain, as docs/sending.md has it. */
export const DOMAIN_CURES: { readonly [T in DomainTrouble]: string } = {
  not_signed: 'Make a key for it.',
  not_activated: 'Publish its record, then switch it on.',
  not_used: 'Remove the key, or give an inbox an address there.',
  dmarc_strict: 'Make a key, publish its record, and switch it on.',
  spf_missing: 'Publish a TXT record v=spf1 include:… -all as your relay’s provider has it.',
  spf_several: 'Make one record of them.',
  dmarc_missing: 'Begin with a TXT record v=DMARC1; p=none at _dmarc. and the domain.',
  dns_silent: 'Look at DNS_SERVERS, and try again.',
};
