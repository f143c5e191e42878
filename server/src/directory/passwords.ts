import { hash, verify } from '@node-rs/argon2';
import { LatchboxError } from '@latchbox/shared';

/** argon2id with 19 MiB, two passes, one lane: the library's defaults, written down. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** A hash of the same cost that no password has: all of its bytes are zero. */
const NOBODY = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
/** Hashes at work at once: one fewer than libuv has threads, which file and name look-ups need too. */
const AT_ONCE = 3;
const MAX_WAITING = 100;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Costs the same whether there is a hash or not, so that the time says nothing about who has an account. */
  matches(stored: string | null, password: string): Promise<boolean>;
}

/** Throws `rate_limited` when too many wait already. */
export function createPasswords(): Passwords {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= AT_ONCE) {
      if (waiting.length >= MAX_WAITING) throw new LatchboxError('rate_limited', { retryAfterMs: 1_000 });
      // Whoever finishes passes its place on, so that `running` never shrinks in between.
      await new Promise<void>((go) => waiting.push(go));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return {
    hash: (password) => inTurn(() => hash(password, COST)),
    async matches(stored, password) {
      const same = await inTurn(() => verify(stored ?? NOBODY, password));
      return same && stored !== null;
    },
  };
}

/** What guesses begin with, among those that are long enough. */
const WORST = new Set(
  [
    '1234567890 0123456789 12345678910 123456789a 1234567891 123456789123 0987654321 9876543210 1111111111 0000000000',
    '1q2w3e4r5t qwertyuiop qwerty12345 qwerty123456 1qaz2wsx3edc asdfghjkl1 qazwsxedcrfv zaq12wsxcde',
    'password12 password123 password1234 password12345 passwordpassword passw0rd123 p@ssw0rd123 mypassword',
    'letmein123 welcome123 welcome1234 iloveyou12 iloveyou123 adminadmin admin12345 administrator administrator1',
    'changeme123 changemenow sunshine12 football12 baseball12 princess12 superman12 trustno1234 monkey12345',
    'abcdefghij abcd123456 abc1234567 aaaaaaaaaa qwertyqwerty testtest12 test123456 secret1234 dragon1234',
    'latchbox123 latchboxlatchbox',
  ].flatMap((line) => line.split(' ')),
);

/** Why this may not be the password of this address; undefined: it may. */
export function passwordProblem(password: string, email: string | null): string | undefined {
  const length = Array.from(password).length;
  if (length < 10) return 'must have at least 10 characters';
  if (length > 256) return 'must have at most 256 characters';
  const plain = password.toLowerCase();
  if (WORST.has(plain) || new Set(plain).size < 4) return 'is among the first that would be guessed';
  if (email === null) return undefined;
  const local = email.split('@')[0] ?? '';
  if (plain === email.toLowerCase() || plain === local.toLowerCase()) return 'must not be the address';
  return undefined;
}

/** Throws `invalid` at `path` unless this may be the password of this address. */
export function checkPassword(password: string, email: string | null, path: string): void {
  const message = passwordProblem(password, email);
  if (message !== undefined) throw new LatchboxError('invalid', { issues: [{ path, message }] });
}
