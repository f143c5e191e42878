/** Codes of an authenticator (TOTP, RFC 6238): six digits, a new one every 30 s. */
import { Secret, TOTP } from 'otpauth';
import { sameSecret } from '../lib/ids.ts';

const STEP = 30_000;
/** Steps before and after the present one that are taken too: clocks differ. */
const WINDOW = 1;

const totpOf = (secret: string, issuer = '', label = ''): TOTP =>
  new TOTP({
    issuer,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: STEP / 1_000,
    secret: Secret.fromBase32(secret),
  });

/** A new secret of 160 bits, in Base32. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** What an authenticator reads from a QR code. */
export function totpUri(
  secret: string,
  about: { readonly organisation: string; readonly email: string },
): string {
  return totpOf(secret, about.organisation, about.email).toString();
}

/** The code of a time (epoch ms). */
export function totpAt(secret: string, at: number): string {
  return totpOf(secret).generate({ timestamp: at });
}

/**
 * The time step whose code this is; undefined: it is none of this time. Every step of the window is looked at, whichever it is, and the
 * newest counts, so that the caller can refuse a step that was taken.
 */
export function stepOf(secret: string, code: string, at: number): number | undefined {
  const now = Math.floor(at / STEP);
  let found: number | undefined;
  for (let step = now - WINDOW; step <= now + WINDOW; step += 1) {
    if (sameSecret(totpAt(secret, step * STEP), code)) found = step;
  }
  return found;
}
