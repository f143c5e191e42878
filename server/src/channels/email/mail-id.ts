import { createHmac } from 'node:crypto';
import { sameSecret } from '../../lib/ids.ts';

/** What one of our Message-IDs stands for: a reply (its entry's id), or the conversation that it belongs to. */
export interface MailId {
  readonly kind: 'entry' | 'conversation';
  readonly id: string;
}

const LETTERS = { entry: 'm', conversation: 'c' } as const;
const KINDS = { m: 'entry', c: 'conversation' } as const;
const FORM = /^<?([mc])\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{22})@[^@<>\s]+>?$/;

/**
 * A Message-ID that says what it names and that nobody else can make: `m.<entry>.<mac>@domain` for a reply, the same at every
 * attempt, `c.<conversation>.<mac>@domain` for the first of References, which relays leave alone. Without angle brackets. The
 * mac has 128 bits; a restored database still knows its ids by it.
 */
export function signedMailId(secret: string, { kind, id }: MailId, domain: string): string {
  return `${LETTERS[kind]}.${id}.${mac(secret, kind, id)}@${domain}`;
}

/**
 * What a Message-ID stands for, if it was made here; undefined for any other. With or without angle brackets. The domain is
 * not looked at: an inbox may have got another one since.
 */
export function readMailId(secret: string, messageId: string): MailId | undefined {
  const [, letter, id, given] = FORM.exec(messageId.trim()) ?? [];
  if (letter === undefined || id === undefined || given === undefined) return undefined;
  const kind = KINDS[letter as keyof typeof KINDS];
  return sameSecret(given, mac(secret, kind, id)) ? { kind, id } : undefined;
}

function mac(secret: string, kind: MailId['kind'], id: string): string {
  // The words in front keep this apart from other uses of the same secret.
  const whole = createHmac('sha256', secret).update(`mail id\n${kind}\n${id}`).digest();
  return whole.subarray(0, 16).toString('base64url');
}
