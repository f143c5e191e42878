/** Codes for when the authenticator is lost: 80 random bits each, kept as a hash, good for once. */
import { randomBytes } from 'node:crypto';
import { hashSecret } from '../lib/ids.ts';

const CODES = 10;
const LENGTH = 16;
/** Without the letters and digits that are taken for each other. Their number divides 256, so that none is likelier. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** `ABCD-EFGH-JKLM-NPQR`, ten of them. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, () => {
    const letters = Array.from(randomBytes(LENGTH), (byte) => LETTERS.charAt(byte % LETTERS.length)).join('');
    return letters.match(/.{4}/g)?.join('-') ?? letters;
  });
}

/** As it is kept, however it was typed. */
export function recoveryHash(code: string): string {
  return hashSecret(`recovery:${plainCode(code)}`);
}

/** Without spaces and dashes, in capitals. */
export function plainCode(code: string): string {
  return code.replaceAll(/[\s-]/g, '').toUpperCase();
}
