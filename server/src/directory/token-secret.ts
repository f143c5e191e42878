import type { Database } from '../database/database.ts';
import { keepMeta, metaValue } from '../database/directory/records.ts';
import { newSecret } from '../lib/ids.ts';

/** The deployment's own secret, made once and the same for all its servers. */
export type TokenSecret = () => Promise<Uint8Array>;

export function createTokenSecret(db: Database): TokenSecret {
  let known: Uint8Array | undefined;
  return async () => {
    if (known !== undefined) return known;
    const stored = await metaValue(db.read, 'token_secret');
    const text = stored ?? (await db.inTransaction((tx) => keepMeta(tx, 'token_secret', newSecret())));
    known = new Uint8Array(Buffer.from(text, 'base64url'));
    return known;
  };
}
