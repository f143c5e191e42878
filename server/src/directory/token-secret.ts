import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { deploymentIdentity, getMeta } from '../database/meta.ts';

/** The deployment's own secret, made once and the same for all its servers. */
export type TokenSecret = () => Promise<KeyObject>;

export function createTokenSecret(db: Database): TokenSecret {
  let known: KeyObject | undefined;
  return async () => {
    if (known !== undefined) return known;
    const text = (await getMeta(db.read, 'token_secret')) ?? (await deploymentIdentity(db)).tokenSecret;
    known = createSecretKey(Buffer.from(text, 'base64url'));
    return known;
  };
}
