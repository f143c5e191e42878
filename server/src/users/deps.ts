import type { Locks } from '../collaboration/api.ts';
import type { Tx } from '../database/database.ts';
import type { Config } from '../config.ts';
import type { DirectoryDeps } from '../directory/deps.ts';
import type { Passwords } from '../directory/passwords.ts';
import type { Seal } from '../lib/seal.ts';

/** A mail to one of our own people, kept in the transaction and sent after it. */
export interface UserMail {
  readonly agentId: string;
  /** Instead of their own address. */
  readonly to?: string;
  readonly subject: string;
  readonly body: string;
}

export interface UsersDeps extends Omit<DirectoryDeps, 'locks' | 'config'> {
  readonly locks: Pick<Locks, 'endInScope' | 'handInScope'>;
  readonly passwords: Passwords;
  readonly seal: Seal;
  readonly config: DirectoryDeps['config'] & Pick<Config, 'PORT' | 'SMTP_URL'>;
  readonly post: (tx: Tx, mail: UserMail) => Promise<void>;
}
