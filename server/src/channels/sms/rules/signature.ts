/** How Twilio and what is compatible with it sign the requests that they send us (X-Twilio-Signature). */
import { createHash, createHmac } from 'node:crypto';
import { sameSecret } from '../../../lib/ids.ts';

/** Form fields as they came: a name may be there several times. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** The signature of one address with form fields: every name in order, with each of its different values in order. */
export function signForm(token: string, url: string, fields: Fields): string {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of fields) {
    const known = values.get(name) ?? new Set();
    values.set(name, known.add(value));
  }
  let text = url;
  for (const name of [...values.keys()].toSorted()) {
    for (const value of [...(values.get(name) ?? [])].toSorted()) text += name + value;
  }
  return createHmac('sha1', token).update(text, 'utf8').digest('base64');
}

/** The name under which the hash of a body that is no form stands in the address. */
const BODY_HASH = 'bodySHA256';

/** The hash of a body as it stands in the address. */
export const bodyHash = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

export interface SignedRequest {
  /** As the provider called it: with the public host, and with its query. */
  readonly url: string;
  readonly signature: string;
  /** Form fields, or the bytes of any other body. */
  readonly body: Fields | Buffer;
}

/**
 * Whether the provider that shares `token` sent this. Signers disagree about ports that need not be said, so that the address
 * counts with and without one. A body that is no form counts only with its hash in the signed address.
 */
export function isSigned(token: string, { url, signature, body }: SignedRequest): boolean {
  if (token === '') throw new Error('there is no token to check signatures with');
  if (!URL.canParse(url)) return false;
  if (Buffer.isBuffer(body)) {
    const given = new URL(url).searchParams.get(BODY_HASH);
    if (given === null || !sameSecret(given.toLowerCase(), bodyHash(body))) return false;
  }
  const fields = Buffer.isBuffer(body) ? [] : body;
  // Both are always made: how long it takes says nothing.
  const matches = [withPort(url), withoutPort(url)].map((form) =>
    sameSecret(signature, signForm(token, form, fields)),
  );
  return matches.includes(true);
}

/** Changes only the authority: what follows is signed as it was written. */
function withAuthority(url: string, change: (authority: string, https: boolean) => string): string {
  const parts = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(url);
  if (parts === null) return url;
  const [, scheme = '', authority = '', rest = ''] = parts;
  return `${scheme}://${change(authority, scheme.toLowerCase() === 'https')}${rest}`;
}

const PORT = /:\d+$/;

const withPort = (url: string): string =>
  withAuthority(url, (authority, https) =>
    PORT.test(authority) ? authority : `${authority}:${https ? 443 : 80}`,
  );

const withoutPort = (url: string): string => withAuthority(url, (authority) => authority.replace(PORT, ''));
