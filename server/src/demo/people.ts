import type { Database } from '../database/database.ts';
import { agentByEmail, agentForUpdate, updateAgent } from '../database/directory/agents.ts';
import type { Actor, Directory } from '../directory/api.ts';
import type { Author } from '../messaging/api.ts';
import { type DemoAgent, type DemoInbox, demoOrganisation as shop } from './shop/index.ts';
import { demoPassword } from './sign-ins.ts';

/** The demo's agents and inboxes as they stand in the database. */
export interface DemoPeople {
  readonly agents: ReadonlyMap<DemoAgent, Author>;
  readonly inboxes: ReadonlyMap<DemoInbox, DemoPlace>;
}

/** An inbox of the demo, and the address that customers write to. */
export interface DemoPlace {
  readonly id: string;
  readonly name: string;
  readonly address: string;
}

type People = Pick<
  Directory,
  | 'found'
  | 'organisation'
  | 'teams'
  | 'createTeam'
  | 'changeTeam'
  | 'addToTeam'
  | 'createAgent'
  | 'allInboxes'
  | 'createInbox'
  | 'putMember'
  | 'putAddress'
>;

/** Makes organisation, teams, agents, inboxes and memberships, as far as they are not there yet. */
export async function settlePeople(db: Database, directory: People): Promise<DemoPeople> {
  const actor = await founder(db, directory);
  const agents = await hire(db, directory, actor);
  const teams = await formTeams(directory, actor);
  for (const agent of shop.agents) {
    const own = new Set(agent.memberships.map(({ inbox }) => teamOf(inbox)));
    for (const team of own) await directory.addToTeam(actor, of(teams, team), of(agents, agent.key).agentId);
  }
  const inboxes = await openInboxes(directory, actor, teams);
  for (const agent of shop.agents) {
    for (const { inbox, capability } of agent.memberships) {
      await directory.putMember(actor, of(inboxes, inbox).id, of(agents, agent.key).agentId, { capability });
    }
  }
  return { agents, inboxes };
}

async function founder(db: Database, directory: People): Promise<Actor> {
  const admin = shop.agents.find(({ role }) => role === 'admin');
  if (admin === undefined) throw new Error('the demo has no admin');
  if ((await directory.organisation()) === undefined) {
    const { name, email } = admin;
    const founded = await directory.found({
      organisation: shop.name,
      admin: { name, email, password: demoPassword(admin.key) },
    });
    return { agentId: founded.adminId };
  }
  const stored = await agentByEmail(db.read, admin.email);
  if (stored === undefined) throw new Error('the demo was half filled, and its admin is gone');
  return { agentId: stored.id };
}

async function hire(db: Database, directory: People, actor: Actor): Promise<Map<DemoAgent, Author>> {
  // All at once: hashing the passwords is most of the work and has threads of its own.
  const hired = await Promise.all(
    shop.agents.map(async ({ key, name, email, role }) => {
      const password = demoPassword(key);
      const agent =
        (await agentByEmail(db.read, email)) ??
        (await directory.createAgent(actor, { kind: 'person', name, email, role, password }));
      await verify(db, agent.id);
      return [key, { agentId: agent.id, agentName: name }] as const;
    }),
  );
  return new Map(hired);
}

/** Their addresses are theirs: nobody can read a mail to them. */
async function verify(db: Database, id: string): Promise<void> {
  await db.inTransaction(async (tx) => {
    const agent = await agentForUpdate(tx, id);
    if (agent?.verifiedAt === null) await updateAgent(tx, id, { verifiedAt: tx.now, verifiedVia: 'mail' });
  });
}

async function formTeams(directory: People, actor: Actor): Promise<Map<string, string>> {
  const present = await directory.teams(actor);
  const founding = present.find(({ name }) => name === shop.name);
  const formed = new Map<string, string>();
  for (const { key, name } of shop.teams) {
    const there = present.find((team) => team.name === name);
    if (there !== undefined) formed.set(key, there.id);
    else if (formed.size === 0 && founding !== undefined) {
      // The team that came with the organisation becomes the first one.
      await directory.changeTeam(actor, founding.id, { name });
      formed.set(key, founding.id);
    } else formed.set(key, (await directory.createTeam(actor, { name })).id);
  }
  return formed;
}

async function openInboxes(
  directory: People,
  actor: Actor,
  teams: ReadonlyMap<string, string>,
): Promise<Map<DemoInbox, DemoPlace>> {
  const present = await directory.allInboxes(actor);
  const opened = new Map<DemoInbox, DemoPlace>();
  for (const { key, name, team, colour, apiCode, address } of shop.inboxes) {
    const { id } =
      present.find((inbox) => inbox.apiCode === apiCode) ??
      (await directory.createInbox(actor, { name, apiCode, colour, teamId: of(teams, team) }));
    await directory.putAddress(actor, id, { address, name: shop.name });
    opened.set(key, { id, name, address });
  }
  return opened;
}

function teamOf(inbox: DemoInbox): string {
  const found = shop.inboxes.find(({ key }) => key === inbox);
  if (found === undefined) throw new Error(`the demo has no inbox ${inbox}`);
  return found.team;
}

/** What stands under a key of the demo, which is always there. */
export function of<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`the demo knows no ${String(key)}`);
  return value;
}
