/** The users' service on a test database, with every mail that it posts. Passwords are hashed as fast as can be. */
import type { Passwords } from '../../directory/passwords.ts';
import type { TestDialect } from '../../database/testing/open.ts';
import { createWorld, type TestServer, type World } from '../../collaboration/testing/world.ts';
import { silentLog } from '../../lib/log.ts';
import { createSeal } from '../../lib/seal.ts';
import type { UserMail, UsersDeps } from '../deps.ts';
import { createUsers, type Users } from '../users.ts';

export const PASSWORD = 'a pass phrase of some length';
export const CALLER = { ip: '192.0.2.7', userAgent: 'a test' };

const FAST: Passwords = {
  hash: (password) => Promise.resolve(`hash of ${password}`),
  matches: (stored, password) => Promise.resolve(stored === `hash of ${password}`),
};

export interface UsersFixture {
  readonly w: World;
  readonly server: TestServer;
  readonly deps: UsersDeps;
  readonly users: Users;
  readonly mails: readonly UserMail[];
  /** An admin, as who acts. */
  readonly admin: { readonly agentId: string };
  /** The secret of the newest mail to somebody. */
  newestToken(agentId: string): string;
}

export async function givenUsers(dialect: TestDialect): Promise<UsersFixture> {
  const w = await createWorld({ dialect });
  const server = w.server('one');
  const mails: UserMail[] = [];
  const deps: UsersDeps = {
    db: w.db,
    clock: w.clock,
    log: silentLog,
    wake: () => undefined,
    hints: { publish: () => undefined },
    locks: server.locks,
    passwords: FAST,
    seal: createSeal([], 'of a test'),
    config: {
      ACCESS_TOKEN_MINUTES: 15,
      REFRESH_DAYS: 30,
      RATE_LIMIT_FACTOR: 1,
      PUBLIC_URL: 'https://desk.example',
      PORT: 4_000,
      SMTP_URL: 'smtp://relay.example',
    },
    post: (_tx, mail) => {
      mails.push(mail);
      return Promise.resolve();
    },
  };
  return {
    w,
    server,
    deps,
    users: createUsers(deps),
    mails,
    admin: { agentId: w.admin.id },
    newestToken: (agentId) => tokenIn(mails.findLast((mail) => mail.agentId === agentId)?.body ?? ''),
  };
}

/** The secret of the link in a mail's text. */
export const tokenIn = (text: string): string => /#([\w-]{43})/.exec(text)?.[1] ?? '';
