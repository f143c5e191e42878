import { DEFAULT_TIMES } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import {
  apiCodesLike,
  insertInbox,
  raiseMemberVersion,
  type StoredInbox,
} from '../database/directory/inboxes.ts';
import { listTeamMembers, listTeams, upsertMember } from '../database/directory/members.ts';
import { writeAudit } from '../database/directory/records.ts';
import { appendEvent } from '../database/event-log.ts';
import { homeOf, personalInboxesOf } from '../database/seats/readings.ts';
import { apiCodeOf, freeApiCode } from '../directory/api-code.ts';
import { invalid } from '../directory/admin.ts';
import type { DirectoryDeps } from '../directory/deps.ts';
import { newId } from '../lib/ids.ts';

interface Wanted {
  readonly owner: { readonly id: string; readonly name: string };
  /** Of the mailbox, lower case. */
  readonly address: string;
  /** One of the owner's that is there already. */
  readonly inboxId?: string | undefined;
  /** Who does it. */
  readonly by: string;
}

const COLOUR = '#868e96';

/**
 * The personal inbox in which somebody's mailbox is to be: the one that is named, else that which was opened for the address, else a
 * new one. Throws `invalid` for one that is not the owner's.
 */
export async function personalInboxFor(
  tx: Tx,
  deps: Pick<DirectoryDeps, 'wake'>,
  wanted: Wanted,
): Promise<string> {
  const { owner, address, inboxId } = wanted;
  if (inboxId === undefined)
    return (await homeOf(tx.db, owner.id, address)) ?? (await open(tx, deps, wanted));
  const own = await personalInboxesOf(tx.db, owner.id);
  if (!own.includes(inboxId)) throw invalid('inbox', 'is no personal inbox of the owner');
  return inboxId;
}

async function open(
  tx: Tx,
  { wake }: Pick<DirectoryDeps, 'wake'>,
  { owner, address, by }: Wanted,
): Promise<string> {
  const code = apiCodeOf(owner.name);
  const inbox: StoredInbox = {
    id: newId('ibx'),
    kind: 'personal',
    name: address,
    apiCode: freeApiCode(code, await apiCodesLike(tx.db, code)),
    colour: COLOUR,
    teamId: await someTeam(tx, owner.id),
    // Nobody else is there.
    lockOn: 'compose',
    times: DEFAULT_TIMES,
    takeOverBy: 'admins',
  };
  await insertInbox(tx, { ...inbox, ownerId: owner.id, homeAddress: address });
  await upsertMember(tx, inbox.id, owner.id, 'manage');
  await raiseMemberVersion(tx, inbox.id);
  const details = { kind: 'personal', ownerId: owner.id };
  await writeAudit(tx, {
    actorId: by,
    action: 'inbox.created',
    objectType: 'inbox',
    objectId: inbox.id,
    details,
  });
  const person = { id: owner.id, name: owner.name };
  await appendEvent(tx, `inbox:${inbox.id}`, { type: 'member.changed', person, capability: 'manage' }, wake);
  const visible = { type: 'inbox.visible', inbox: { ...inbox, capability: 'manage' } } as const;
  await appendEvent(tx, `agent:${owner.id}`, visible, wake);
  return inbox.id;
}

/** Every inbox has a team; a personal one nothing but the name of it. */
async function someTeam(tx: Tx, agentId: string): Promise<string> {
  const own = (await listTeamMembers(tx.db)).find((one) => one.agentId === agentId);
  const [first] = await listTeams(tx.db);
  const teamId = own?.teamId ?? first?.id;
  if (teamId === undefined) throw new Error('there is no team');
  return teamId;
}
