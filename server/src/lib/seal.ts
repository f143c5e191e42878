import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps secrets that have to be read again (passwords of other servers) unreadable where they are stored. */
export interface Seal {
  /** `about` says what the secret belongs to: a sealed text that is moved elsewhere does not open. */
  seal(text: string, about: string): string;
  /** Throws `SealBroken` when it was changed, belongs elsewhere, or its key is not there. */
  open(sealed: string, about: string): string;
  /** Whether it was sealed with the newest key. */
  isNewest(sealed: string): boolean;
}

/** What is said holds no secret. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

const NONCE = 12;
const TAG = 16;

/**
 * AES-256-GCM. The first key of `given` (the setting SECRETS_KEY) seals, the others still open, and so does the one that is
 * made of the deployment's own secret; without any given key that one seals. A sealed text says which key it needs.
 */
export function createSeal(given: readonly string[], deploymentSecret: string): Seal {
  const derived = Buffer.from(hkdfSync('sha256', deploymentSecret, '', 'latchbox sealed secrets', 32));
  const keys = [...given.map((text) => createHash('sha256').update(text).digest()), derived].map(withId);
  // There is always at least the derived one.
  const newest = keys[0] ?? withId(derived);
  return {
    seal(text, about) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', newest.bytes, nonce).setAAD(Buffer.from(about));
      const hidden = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `s1.${newest.id}.${hidden.toString('base64url')}`;
    },
    open(sealed, about) {
      const [form, id, hidden = ''] = sealed.split('.');
      const key = keys.find((one) => one.id === id);
      if (form !== 's1' || key === undefined)
        throw new SealBroken('the key of a sealed secret is not there: look at SECRETS_KEY');
      const bytes = Buffer.from(hidden, 'base64url');
      if (bytes.length < NONCE + TAG) throw new SealBroken('a sealed secret was cut off');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, NONCE))
          .setAAD(Buffer.from(about))
          .setAuthTag(bytes.subarray(-TAG));
        return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString();
      } catch {
        throw new SealBroken('a sealed secret was changed, or belongs to something else');
      }
    },
    isNewest: (sealed) => sealed.split('.')[1] === newest.id,
  };
}

function withId(bytes: Buffer): Key {
  return { id: createHash('sha256').update('key id').update(bytes).digest('hex').slice(0, 12), bytes };
}
