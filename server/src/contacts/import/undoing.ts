/** Takes an import back, row by row from the last one on: all but what was used or changed since. */
import {
  appliedBefore,
  type ImportRow,
  importForUpdate,
  type StoredImport,
  updateImport,
  writeUndone,
} from '../../database/contacts/imports.ts';
import {
  addressesOfContacts,
  contactsForUpdate,
  type StoredAddress,
  type StoredContact,
} from '../../database/contacts/records.ts';
import {
  deleteContact,
  deleteTags,
  deleteUnusedAddresses,
  takeOutOfBook,
  updateContact,
} from '../../database/contacts/writes.ts';
import type { Tx } from '../../database/database.ts';
import type { ContactsDeps } from '../deps.ts';
import { followContacts } from '../follow.ts';
import { Overtaken, type RowChange } from './importing.ts';

const AT_ONCE = 25;
/** So many conversations of each contact that is changed back follow in the same transaction. */
const FOLLOW_AT_ONCE = 2;

/** Takes the next rows back; false when there is nothing more to do for whoever has this claim. */
export async function undoSome(
  tx: Tx,
  deps: ContactsDeps,
  { id, claimNo }: Pick<StoredImport, 'id' | 'claimNo'>,
  deadline: number,
): Promise<boolean> {
  const now = await importForUpdate(tx, id);
  if (now?.state !== 'undoing' || now.claimNo !== claimNo) return false;
  const rows = await appliedBefore(tx.db, id, now.cursor, AT_ONCE);
  const last = rows.at(-1);
  if (last === undefined) {
    await updateImport(tx, id, { state: 'undone', undoneAt: tx.now, dueAt: null });
    return false;
  }
  const ids = rows.flatMap(({ contactId }) => contactId ?? []);
  const contacts = new Map((await contactsForUpdate(tx, ids)).map((one) => [one.id, one]));
  const addresses = Map.groupBy(await addressesOfContacts(tx.db, ids), (one) => one.contactId);
  const changed: string[] = [];
  let kept = 0;
  for (const row of rows) {
    const contact = contacts.get(row.contactId ?? '');
    const why = await undoOne(tx, row, contact, addresses.get(row.contactId ?? '') ?? [], changed);
    if (why !== null) kept += 1;
    await writeUndone(tx, id, row.row, why);
  }
  await updateImport(tx, id, {
    cursor: last.row,
    undone: now.undone + rows.length - kept,
    kept: now.kept + kept,
    dueAt: deadline,
  });
  await followContacts(tx, deps, changed, FOLLOW_AT_ONCE);
  return true;
}

/** Why something of a row stays; null: nothing does. */
async function undoOne(
  tx: Tx,
  row: ImportRow,
  contact: StoredContact | undefined,
  addresses: readonly StoredAddress[],
  changed: string[],
): Promise<string | null> {
  if (contact === undefined) return null;
  if (contact.erasedAt !== null) return 'the contact was erased since.';
  if (contact.mergedInto !== null) return 'the contact was merged since.';
  if (row.outcome === 'created') return await removeCreated(tx, contact, addresses);
  if (row.change === null) return null;
  return await changeBack(tx, JSON.parse(row.change) as RowChange, contact, changed);
}

async function removeCreated(
  tx: Tx,
  contact: StoredContact,
  addresses: readonly StoredAddress[],
): Promise<string | null> {
  if (addresses.some(({ usedAt }) => usedAt !== null)) return 'the contact wrote or was written to since.';
  if (contact.version !== 1) return 'the contact was changed since.';
  const gone = await deleteUnusedAddresses(
    tx,
    contact.id,
    addresses.map(({ id }) => id),
  );
  // Somebody writes at this moment: these rows are looked at again.
  if (gone.length !== addresses.length) throw new Overtaken();
  await deleteContact(tx, contact.id);
  return null;
}

async function changeBack(
  tx: Tx,
  { name, ownerId, tags = [], addressIds = [], listed }: RowChange,
  contact: StoredContact,
  changed: string[],
): Promise<string | null> {
  const kept: string[] = [];
  const back: { name?: string; ownerId?: string | null } = {};
  if (name !== undefined) {
    if (contact.name === name[1]) back.name = name[0];
    else kept.push('the name was changed since');
  }
  if (ownerId !== undefined) {
    if (contact.ownerId === ownerId[1]) back.ownerId = ownerId[0];
    else kept.push('the owner was changed since');
  }
  await deleteTags(tx, contact.id, tags);
  const gone = await deleteUnusedAddresses(tx, contact.id, addressIds);
  if (gone.length < addressIds.length) kept.push('an address was used or moved since');
  await updateContact(tx, contact.id, back);
  // Whoever changed it since has it in the book.
  if (listed === contact.version) await takeOutOfBook(tx, contact.id);
  if (back.name !== undefined || back.ownerId !== undefined) changed.push(contact.id);
  return kept.length === 0 ? null : `${kept.join('; ')}.`;
}
