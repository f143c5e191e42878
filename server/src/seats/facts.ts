import type { Handle } from '../database/database.ts';
import { type AgentRow, listAgents } from '../database/directory/agents.ts';
import { domainsHere, holderOf, seatOf, usedOfSeat } from '../database/seats/seats.ts';
import { type Asked, judge, type Verdict } from './address-rules.ts';
import { personOf } from './people.ts';
import { settingsOf } from './settings.ts';

/** A request or a mailbox that is asked about, and does not stand in its own way. */
export interface Without {
  readonly requestId?: string | undefined;
  readonly mailboxId?: string | undefined;
}

/** What the rules have to know of an address (lower case) and its owner. Who acts on the verdict holds the owner's seat. */
async function factsOf(db: Handle, owner: AgentRow, address: string, without: Without): Promise<Asked> {
  const settings = await settingsOf(db);
  const seat = await seatOf(db, owner.id);
  return {
    address,
    owner: personOf(owner),
    colleagues: (await listAgents(db))
      .filter(({ id, kind }) => id !== owner.id && kind === 'person')
      .map(personOf),
    holder: await holderOf(db, address, without),
    used: await usedOfSeat(db, owner.id, without),
    limit: seat?.mailboxLimit ?? settings.mailboxLimit,
    groupAddresses: settings.groupAddresses,
    groupAddressesAllowed: settings.groupAddressesAllowed,
    domains: await domainsHere(db),
  };
}

/** Whether somebody may have an address as a mailbox. */
export async function judgeAddress(
  db: Handle,
  owner: AgentRow,
  address: string,
  without: Without = {},
): Promise<Verdict> {
  return judge(await factsOf(db, owner, address, without));
}

/** Whether a mailbox of somebody's may have an address as an alias: it takes no place of the seat. */
export async function judgeAlias(
  db: Handle,
  owner: AgentRow,
  alias: string,
  without: Without,
): Promise<Verdict> {
  return judge({ ...(await factsOf(db, owner, alias, without)), used: 0, limit: 1 });
}
