import type { Database } from '../database/database.ts';
import { deploymentIdentity, getMeta } from '../database/meta.ts';

/** The deployment's own secret, made once and the same for all its servers. */
export type TokenSecret = () => Promise<Uint8Array>;

export function createTokenSecret(db: Database): TokenSecret {
  let known: Uint8Array | undefined;
  return async () => {
    if (known !== undefined) return known;
    const text = (await getMeta(db.read, 'token_secret')) ?? (await deploymentIdentity(db)).tokenSecret;
    known = new Uint8Array(Buffer.from(text, 'base64url'));
    return known;
  };
}
