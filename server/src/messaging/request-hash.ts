import { createHash } from 'node:crypto';

/**
 * What a client id was used for, as SHA-256: the same id with the same hash is a repetition, with another one it is
 * `idempotency_mismatch`. Texts are framed (as JSON) so that ["a", "bc"] and ["ab", "c"] differ.
 */
export function requestHash(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
