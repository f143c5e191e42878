import { domainToASCII } from 'node:url';

/**
 * An address as a relay is given it: the domain in ASCII (IDNA), the local part as it is. One that is not ASCII then still needs a relay
 * with SMTPUTF8. An address without a domain stays what it is.
 */
export function wireAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = at < 0 ? '' : domainToASCII(address.slice(at + 1));
  return domain === '' ? address : `${address.slice(0, at)}@${domain}`;
}

/** Whether only a relay with SMTPUTF8 (RFC 6531) can be given it. */
export function needsUtf8(address: string): boolean {
  return /[^\u0000-\u007f]/.test(address);
}
