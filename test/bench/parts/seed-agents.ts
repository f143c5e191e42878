/** Fills a database with an inbox and as many signed-in members as are wanted, without a password among them. */
import Sqlite from 'better-sqlite3';
import { deploymentIdentity } from '@latchbox/server/src/database/meta.ts';
import type { Database } from '@latchbox/server/src/database/database.ts';
import { openDatabase } from '@latchbox/server/src/database/open.ts';
import {
  type GivenInbox,
  givenConversation,
  givenInbox,
} from '@latchbox/server/src/database/testing/given.ts';
import { mintAccessToken } from '@latchbox/server/src/directory/access-tokens.ts';
import { systemClock } from '@latchbox/server/src/lib/clock.ts';
import { newId } from '@latchbox/server/src/lib/ids.ts';
import { silentLog } from '@latchbox/server/src/lib/log.ts';

export interface SeededAgents {
  readonly inboxId: string;
  readonly conversationId: string;
  /** One access token for each agent. */
  readonly tokens: readonly string[];
}

/** Tokens live as long as the longest soak. */
const MINUTES = 1_440;

export async function seedAgents(file: string, count: number): Promise<SeededAgents> {
  const db = await openDatabase({ sqliteFile: file }, { clock: systemClock, log: silentLog });
  const inbox = await givenInbox(db, { lockOn: 'compose' });
  const { conversationId } = await givenConversation(db, inbox.inboxId);
  const agents = await signInAgents(
    db,
    file,
    Array.from({ length: count }, () => [inbox]),
  );
  await db.close();
  return { inboxId: inbox.inboxId, conversationId, tokens: agents.map(({ token }) => token) };
}

export interface SignedInAgent {
  readonly id: string;
  readonly name: string;
  readonly token: string;
}

/** Makes an agent for each list of inboxes, a member of them with `reply`, and an access token for each. */
export async function signInAgents(
  db: Database,
  file: string,
  memberships: readonly (readonly GivenInbox[])[],
): Promise<SignedInAgent[]> {
  const clock = systemClock;
  const { tokenSecret } = await deploymentIdentity(db);
  const agents = memberships.map((inboxes, at) => ({
    id: newId('agt'),
    signInId: newId('sgn'),
    name: `Agent Number ${at}`,
    inboxes,
  }));
  insertAgents(file, agents);
  const secret = new Uint8Array(Buffer.from(tokenSecret, 'base64url'));
  const signedIn: SignedInAgent[] = [];
  for (const { id, signInId, name } of agents) {
    const { token } = await mintAccessToken({ agentId: id, signInId }, { secret, minutes: MINUTES, clock });
    signedIn.push({ id, name, token });
  }
  return signedIn;
}

function insertAgents(
  file: string,
  agents: readonly { id: string; signInId: string; name: string; inboxes: readonly GivenInbox[] }[],
): void {
  const raw = new Sqlite(file);
  raw.pragma('foreign_keys = ON');
  const agent = raw.prepare(
    `INSERT INTO agents (id, kind, name, email, role, state, created_at) VALUES (?, 'person', ?, ?, 'agent', 'active', ?)`,
  );
  const team = raw.prepare(
    'INSERT INTO team_members (team_id, agent_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const member = raw.prepare(
    `INSERT INTO inbox_members (inbox_id, agent_id, capability, since) VALUES (?, ?, 'reply', ?)`,
  );
  const signIn = raw.prepare(
    `INSERT INTO sign_ins (id, agent_id, refresh_hash, rotated_at, user_agent, created_at, expires_at)
     VALUES (?, ?, ?, ?, 'bench', ?, ?)`,
  );
  const now = Date.now();
  raw.prepare(`INSERT INTO meta (key, value) VALUES ('organisation', 'Bench') ON CONFLICT DO NOTHING`).run();
  raw.transaction(() => {
    for (const { id, signInId, name, inboxes } of agents) {
      agent.run(id, name, `${id.toLowerCase()}@bench.example`, now);
      for (const { teamId, inboxId } of inboxes) {
        team.run(teamId, id);
        member.run(inboxId, id, now);
      }
      signIn.run(signInId, id, signInId, now, now, now + 86_400_000);
    }
  })();
  raw.close();
}
