import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

export type IdPrefix =
  | 'agt'
  | 'tea'
  | 'ibx'
  | 'ctc'
  | 'adr'
  | 'imp'
  | 'act'
  | 'cnv'
  | 'ent'
  | 'ses'
  | 'sgn'
  | 'key'
  | 'iss'
  | 'out'
  | 'sch'
  | 'aud'
  | 'srv'
  | 'req'
  | 'log'
  | 'dep'
  | 'att'
  | 'mai'
  | 'ask'
  | 'mbx'
  | 'mrq'
  | 'prd'
  | 'num'
  | 'cal'
  | 'ntf'
  | 'ntc'
  | 'idr'
  | 'viw'
  | 'lnk'
  | 'hnd';

/** A new identifier, `cnv_` and 22 characters of 128 random bits: not guessable, and it says what it names. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${random(16)}`;
}

/** A secret of 256 random bits, as 43 characters safe in a header and a cookie. */
export function newSecret(): string {
  return random(32);
}

/** Asking the system for randomness costs the same for 16 bytes as for thousands. */
const RESERVE = 4_096;
let reserve = Buffer.alloc(0);
let used = 0;

function random(bytes: number): string {
  if (used + bytes > reserve.length) {
    reserve = randomBytes(RESERVE);
    used = 0;
  }
  const text = reserve.toString('base64url', used, used + bytes);
  // Nothing that was given out stays here.
  reserve.fill(0, used, used + bytes);
  used += bytes;
  return text;
}

/** What is stored of a random secret. (Passwords are hashed by argon2id instead.) */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/** Compares without telling by the time it takes how much agrees. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
