/** Fills a database with an inbox and as many signed-in members as are wanted, without a password among them. */
import Sqlite from 'better-sqlite3';
import { deploymentIdentity } from '@latchbox/server/src/database/meta.ts';
import { openDatabase } from '@latchbox/server/src/database/open.ts';
import { givenConversation, givenInbox } from '@latchbox/server/src/database/testing/given.ts';
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

export async function seedAgents(file: string, count: number): Promise<SeededAgents> {
  const clock = systemClock;
  const db = await openDatabase({ sqliteFile: file }, { clock, log: silentLog });
  const { tokenSecret } = await deploymentIdentity(db);
  const { teamId, inboxId } = await givenInbox(db, { lockOn: 'compose' });
  const { conversationId } = await givenConversation(db, inboxId);
  await db.close();
  const agents = Array.from({ length: count }, (_, at) => ({
    id: newId('agt'),
    signInId: newId('sgn'),
    name: `Agent Number ${at}`,
  }));
  insertAgents(file, { teamId, inboxId }, agents);
  const secret = new Uint8Array(Buffer.from(tokenSecret, 'base64url'));
  const tokens: string[] = [];
  for (const { id, signInId } of agents)
    tokens.push((await mintAccessToken({ agentId: id, signInId }, { secret, minutes: 60, clock })).token);
  return { inboxId, conversationId, tokens };
}

function insertAgents(
  file: string,
  { teamId, inboxId }: { teamId: string; inboxId: string },
  agents: readonly { id: string; signInId: string; name: string }[],
): void {
  const raw = new Sqlite(file);
  raw.pragma('foreign_keys = ON');
  const agent = raw.prepare(
    `INSERT INTO agents (id, kind, name, email, role, active, created_at) VALUES (?, 'person', ?, ?, 'agent', 1, ?)`,
  );
  const team = raw.prepare('INSERT INTO team_members (team_id, agent_id) VALUES (?, ?)');
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
    for (const { id, signInId, name } of agents) {
      agent.run(id, name, `${id.toLowerCase()}@bench.example`, now);
      team.run(teamId, id);
      member.run(inboxId, id, now);
      signIn.run(signInId, id, signInId, now, now, now + 86_400_000);
    }
  })();
  raw.close();
}
