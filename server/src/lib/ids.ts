import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export type IdPrefix =
  | 'agt'
  | 'tea'
  | 'ibx'
  | 'ctc'
  | 'cnv'
  | 'ent'
  | 'ses'
  | 'sgn'
  | 'key'
  | 'iss'
  | 'out'
  | 'aud'
  | 'srv'
  | 'req'
  | 'log'
  | 'dep'
  | 'att'
  | 'mai';

/** A new identifier, `cnv_` and 22 characters of 128 random bits: not guessable, and it says what it names. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomBytes(16).toString('base64url')}`;
}

/** A secret of 256 random bits, as 43 characters safe in a header and a cookie. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a random secret. (Passwords are hashed by argon2id instead.) */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Compares without telling by the time it takes how much agrees. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
