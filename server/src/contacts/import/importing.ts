/** Rows of a file become contacts, a few in a transaction; each row is done exactly once, whoever dies in between. */
import type { ImportPlan } from '@latchbox/shared/http/contact-imports';
import { listAgents } from '../../database/directory/agents.ts';
import {
  earlierRows,
  type ImportRow,
  importForUpdate,
  type RowResult,
  rowsAfter,
  type StoredImport,
  updateImport,
  writeResult,
} from '../../database/contacts/imports.ts';
import { contactsForUpdate, type StoredContact, tagsOfContacts } from '../../database/contacts/records.ts';
import {
  type Address,
  insertAddress,
  insertContact,
  insertTags,
  ownAddresses,
  ownersOf,
  updateContact,
} from '../../database/contacts/writes.ts';
import { ROW_ERASED } from '../../database/contacts/wiping.ts';
import type { Tx } from '../../database/database.ts';
import { newId } from '../../lib/ids.ts';
import { formatPhone } from '../../lib/phone.ts';
import { searchKey } from '../../lib/search-key.ts';
import { notify } from '../../notices/notify.ts';
import type { ContactsDeps } from '../deps.ts';
import { followContacts } from '../follow.ts';
import { cellsOf, readRow, type ReadRow } from './read-row.ts';

/** So many rows in a transaction: it takes some milliseconds, and everybody else waits no longer. */
const AT_ONCE = 25;
/** So many conversations of each contact that is changed follow in it. */
const FOLLOW_AT_ONCE = 2;

/** What a row changed of a contact that was known: for whoever undoes it. */
export interface RowChange {
  readonly name?: readonly [before: string, after: string];
  readonly ownerId?: readonly [before: string | null, after: string | null];
  /** Tags that it did not have. */
  readonly tags?: readonly string[];
  /** Ids of addresses that it did not have. */
  readonly addressIds?: readonly string[];
  /** It stands in the address book since; the version that it got with that. */
  readonly listed?: number;
}

interface Line extends ReadRow {
  readonly row: ImportRow;
}

/** What the contacts of some rows are in the database. */
interface Known {
  /** Ids of contacts by address. */
  readonly byAddress: Map<string, string>;
  readonly contacts: ReadonlyMap<string, StoredContact>;
  readonly tags: ReadonlyMap<string, ReadonlySet<string>>;
  readonly own: ReadonlySet<string>;
  /** The row of this file that was about a contact. */
  readonly rows: Map<string, number>;
  readonly agents: ReadonlyMap<string, string>;
  /** Contacts whose conversations show what was changed. */
  readonly changed: string[];
}

const keyOf = ({ channel, address }: Address): string => `${channel} ${address}`;

/** Imports the next rows; false when there is nothing more to do for whoever has this claim. */
export async function importSome(
  tx: Tx,
  deps: ContactsDeps,
  { id, claimNo }: Pick<StoredImport, 'id' | 'claimNo'>,
  deadline: number,
): Promise<boolean> {
  const now = await importForUpdate(tx, id);
  if (now?.state !== 'running' || now.claimNo !== claimNo || now.plan === null) return false;
  const rows = await rowsAfter(tx.db, id, now.cursor, AT_ONCE);
  const last = rows.at(-1);
  if (last === undefined) {
    await updateImport(tx, id, { state: 'done', finishedAt: tx.now, dueAt: null });
    await tellDone(tx, deps, now);
    return false;
  }
  const plan = JSON.parse(now.plan) as ImportPlan;
  const lines = rows.map((row): Line => ({ ...readRow(cellsOf(row), plan), row }));
  const known = await knownOf(tx, id, lines);
  const counts = { created: 0, changed: 0, unchanged: 0, duplicate: 0, failed: 0 };
  for (const line of lines) {
    const result = await importOne(tx, line, plan, known);
    counts[result.outcome] += 1;
    await writeResult(tx, id, result);
  }
  await updateImport(tx, id, {
    cursor: last.row,
    done: now.done + rows.length,
    created: now.created + counts.created,
    changed: now.changed + counts.changed,
    unchanged: now.unchanged + counts.unchanged,
    duplicates: now.duplicates + counts.duplicate,
    failed: now.failed + counts.failed,
    dueAt: deadline,
  });
  await followContacts(tx, deps, known.changed, FOLLOW_AT_ONCE);
  return true;
}

/** Whoever began it may be somewhere else by now. */
async function tellDone(tx: Tx, deps: ContactsDeps, done: StoredImport): Promise<void> {
  const { id: importId, agentId, fileName: file, created, changed, unchanged, failed, duplicates } = done;
  await notify(tx, deps, {
    agentId,
    notification: {
      kind: 'import_done',
      importId,
      file,
      done: created + changed + unchanged,
      failed: failed + duplicates,
    },
  });
}

async function knownOf(tx: Tx, importId: string, lines: readonly Line[]): Promise<Known> {
  const addresses = lines.flatMap((line) => line.addresses);
  const found = await ownersOf(tx.db, addresses);
  const ids = [...new Set(found.map(({ contactId }) => contactId))];
  const contacts = ids.length === 0 ? [] : await contactsForUpdate(tx, ids);
  const tags = Map.groupBy(await tagsOfContacts(tx.db, ids), ({ contactId }) => contactId);
  return {
    byAddress: new Map(found.map((one) => [keyOf(one), one.contactId])),
    contacts: new Map(contacts.map((contact) => [contact.id, contact])),
    tags: new Map([...tags].map(([id, all]) => [id, new Set(all.map(({ key }) => key))])),
    own: await ownAddresses(
      tx.db,
      addresses.map(({ address }) => address),
    ),
    rows: ids.length === 0 ? new Map() : await earlierRows(tx.db, importId, ids),
    agents: lines.some(({ owner }) => owner !== undefined) ? await agentsByRef(tx) : new Map(),
    changed: [],
  };
}

/** Ids of those who may own contacts, by id and by the address that they sign in with. */
export async function agentsByRef(tx: Pick<Tx, 'db'>): Promise<Map<string, string>> {
  const agents = await listAgents(tx.db);
  return new Map(
    agents
      .filter(({ kind, state }) => kind === 'person' && state === 'active')
      .flatMap(({ id, email }) => [[id, id] as const, ...(email === null ? [] : [[email, id] as const])]),
  );
}

/** Why a row cannot be imported, besides what stands in it alone. */
export function problemsOf(
  { problems, addresses, owner }: ReadRow,
  { byAddress, own, agents }: Pick<Known, 'byAddress' | 'own' | 'agents'>,
): string[] {
  const all = [...problems];
  for (const { address } of addresses) {
    if (own.has(address)) all.push(`“${address}” is an address of one of your inboxes`);
  }
  const contacts = new Set(addresses.flatMap((one) => byAddress.get(keyOf(one)) ?? []));
  if (contacts.size > 1) all.push('its addresses are those of different contacts: merge them first');
  if (owner !== undefined && !agents.has(agentRef(owner))) all.push(`“${owner}” is no active user`);
  return all;
}

/** Addresses compare in small letters; ids have capitals. */
const agentRef = (owner: string): string => (owner.includes('@') ? owner.toLowerCase() : owner);

async function importOne(tx: Tx, line: Line, plan: ImportPlan, known: Known): Promise<RowResult> {
  const { row, cells } = line.row;
  if (cells === '') return { row, outcome: 'failed', problem: ROW_ERASED };
  const problems = problemsOf(line, known);
  if (problems.length > 0) return { row, outcome: 'failed', problem: `${problems.join('; ')}.`, cells };
  const contactId = line.addresses
    .map((one) => known.byAddress.get(keyOf(one)))
    .find((id) => id !== undefined);
  if (contactId === undefined) return await create(tx, line, known);
  const earlier = known.rows.get(contactId);
  if (earlier !== undefined)
    return { row, outcome: 'duplicate', problem: `is the same contact as row ${earlier}.`, cells };
  known.rows.set(contactId, row);
  const contact = known.contacts.get(contactId);
  const change = contact && plan.update ? await update(tx, line, contact, known) : undefined;
  return change === undefined
    ? { row, outcome: 'unchanged', contactId }
    : { row, outcome: 'changed', contactId, change };
}

const ownerOf = ({ owner }: Line, { agents }: Known): string | undefined =>
  owner === undefined ? undefined : agents.get(agentRef(owner));

/** What a contact is called that the file gives no name: its address as people read it. */
export const nameless = ({ channel, address }: Address): string =>
  (channel === 'sms' ? formatPhone(address) : address).slice(0, 200);

async function create(tx: Tx, line: Line, known: Known): Promise<RowResult> {
  const [first] = line.addresses;
  if (first === undefined) throw new Error('a contact without an address');
  const contact = {
    id: newId('ctc'),
    name: line.name ?? nameless(first),
    ownerId: ownerOf(line, known) ?? null,
  };
  await insertContact(tx, contact);
  for (const address of line.addresses) {
    // Somebody writes for the first time at this moment: these rows are read again with who that is.
    if ((await insertAddress(tx, contact, address)) === undefined) throw new Overtaken();
    known.byAddress.set(keyOf(address), contact.id);
  }
  await insertTags(tx, contact.id, line.tags);
  known.rows.set(contact.id, line.row.row);
  return { row: line.row.row, outcome: 'created', contactId: contact.id };
}

/** Another transaction was faster with an address: the rows are to be looked at again. */
export class Overtaken extends Error {}

/** Lets a known contact be as the file says; undefined when it is that already. */
async function update(
  tx: Tx,
  line: Line,
  contact: StoredContact,
  known: Known,
): Promise<RowChange | undefined> {
  const { id } = contact;
  const ownerId = ownerOf(line, known);
  const has = known.tags.get(id);
  const tags = await insertTags(
    tx,
    id,
    line.tags.filter((tag) => has?.has(searchKey(tag)) !== true),
  );
  const addressIds: string[] = [];
  for (const address of line.addresses) {
    if (known.byAddress.get(keyOf(address)) === id) continue;
    const added = await insertAddress(tx, contact, address);
    if (added === undefined) throw new Overtaken();
    known.byAddress.set(keyOf(address), id);
    addressIds.push(added);
  }
  const change: RowChange = {
    ...(line.name === undefined || line.name === contact.name ? {} : { name: [contact.name, line.name] }),
    ...(ownerId === undefined || ownerId === contact.ownerId ? {} : { ownerId: [contact.ownerId, ownerId] }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(addressIds.length === 0 ? {} : { addressIds }),
    ...(contact.listed ? {} : { listed: contact.version + 1 }),
  };
  if (Object.keys(change).length === 0) return undefined;
  await updateContact(tx, id, {
    ...(change.name === undefined ? {} : { name: change.name[1] }),
    ...(change.ownerId === undefined ? {} : { ownerId: change.ownerId[1] }),
  });
  if (change.name !== undefined || change.ownerId !== undefined) known.changed.push(id);
  return change;
}

/** As `knownOf`, for rows that are only looked at. */
export async function lookedUp(
  db: Pick<Tx, 'db'>,
  rows: readonly ReadRow[],
): Promise<Pick<Known, 'byAddress' | 'own' | 'agents'>> {
  const addresses = rows.flatMap((row) => row.addresses);
  const found = await ownersOf(db.db, addresses);
  return {
    byAddress: new Map(found.map((one) => [keyOf(one), one.contactId])),
    own: await ownAddresses(
      db.db,
      addresses.map(({ address }) => address),
    ),
    agents: await agentsByRef(db),
  };
}
