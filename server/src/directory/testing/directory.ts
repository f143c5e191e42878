/** A directory on a test database, with a record of what it tells others. */
import type { Wake } from '../../database/event-log.ts';
import { eventsAfter } from '../../database/event-log.ts';
import type { TestDatabase, TestDialect } from '../../database/testing/open.ts';
import { openTestDatabase } from '../../database/testing/open.ts';
import { silentLog } from '../../lib/log.ts';
import { createSeal } from '../../lib/seal.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import type { EventData, StreamId } from '@latchbox/shared';
import type { AgentRecord, Directory } from '../api.ts';
import type { DirectoryConfig } from '../deps.ts';
import { createDirectory } from '../directory.ts';
import { createPasswords } from '../passwords.ts';
import type { SignInLimits } from '../limits.ts';
import type { Revoked } from '../revoke.ts';

export const PASSWORD = 'correct horse battery';

/** What a directory keeps passwords and secrets by. */
export const secretsOfTests = () => ({ passwords: createPasswords(), seal: createSeal([], 'of a test') });

export interface DirectoryFixture extends AsyncDisposable {
  readonly db: TestDatabase;
  readonly clock: ManualClock;
  readonly directory: Directory;
  /** What `endInScope` was asked to end. */
  readonly endedLocks: { scope: unknown; reason: string; by: string | null }[];
  readonly revoked: Revoked[];
  readonly woken: string[];
  events(stream: StreamId): Promise<EventData[]>;
}

export async function givenDirectory(
  dialect: TestDialect = 'sqlite',
  config: Partial<DirectoryConfig> = {},
  signInLimits?: SignInLimits,
): Promise<DirectoryFixture> {
  const clock = new ManualClock();
  const db = await openTestDatabase(dialect, { clock });
  const endedLocks: DirectoryFixture['endedLocks'] = [];
  const revoked: Revoked[] = [];
  const woken: string[] = [];
  const wake: Wake = (stream) => void woken.push(stream);
  const directory = createDirectory({
    ...secretsOfTests(),
    db,
    clock,
    log: silentLog,
    wake,
    hints: { publish: (channel, message) => void (channel === 'revoke' && revoked.push(message as Revoked)) },
    locks: {
      endInScope: (_tx, scope, reason, by) => {
        endedLocks.push({ scope, reason, by });
        return Promise.resolve();
      },
    },
    config: { ACCESS_TOKEN_MINUTES: 15, REFRESH_DAYS: 30, RATE_LIMIT_FACTOR: 1, ...config },
    signInLimits,
  });
  return {
    db,
    clock,
    directory,
    endedLocks,
    revoked,
    woken,
    async events(stream) {
      return (await eventsAfter(db.read, stream, 0, 1_000)).map(({ data }) => JSON.parse(data) as EventData);
    },
    [Symbol.asyncDispose]: () => db.close(),
  };
}

export interface Staff {
  readonly admin: { readonly agentId: string };
  readonly teamId: string;
  readonly inboxId: string;
  /** A member with `reply`. */
  readonly anna: AgentRecord;
  /** In the team, and in no inbox. */
  readonly ben: AgentRecord;
}

/** An organisation with one inbox, everybody with the same password. */
export async function givenStaff(directory: Directory): Promise<Staff> {
  const { adminId, teamId } = await directory.found({
    organisation: 'Fernhill Paper',
    admin: { name: 'Mara Okafor', email: 'Mara@Fernhill.example', password: PASSWORD },
  });
  const admin = { agentId: adminId };
  const person = (name: string) =>
    directory.createAgent(admin, {
      kind: 'person',
      name,
      email: `${name.toLowerCase()}@fernhill.example`,
      password: PASSWORD,
      teamIds: [teamId],
    });
  const anna = await person('Anna');
  const ben = await person('Ben');
  const { id: inboxId } = await directory.createInbox(admin, { name: 'Orders' });
  await directory.putMember(admin, inboxId, anna.id, { capability: 'reply' });
  return { admin, teamId, inboxId, anna, ben };
}
