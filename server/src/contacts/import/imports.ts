/** Imports of contacts: uploaded, looked at, begun, stopped, undone. The work itself is a worker's. */
import { LatchboxError, refuse, refuseBy } from '@latchbox/shared';
import { type ContactImport, ImportPlan, MAX_IMPORT_BYTES } from '@latchbox/shared/http/contact-imports';
import type { HttpResponse } from '@latchbox/shared/http/index';
import type { z } from 'zod';
import {
  deleteImport,
  deleteRows,
  importById,
  importForUpdate,
  insertImport,
  insertRows,
  newestImports,
  problemRows,
  rowsAfter,
  type ShownImport,
  type StoredImport,
  updateImport,
} from '../../database/contacts/imports.ts';
import type { Tx } from '../../database/database.ts';
import { writeAudit } from '../../database/directory/records.ts';
import { administer, requireAdmin } from '../../directory/admin.ts';
import type { Actor } from '../../directory/api.ts';
import { readAsAdmin } from '../../directory/inbox-access.ts';
import { newId } from '../../lib/ids.ts';
import { formatPhone } from '../../lib/phone.ts';
import type { ContactsDeps } from '../deps.ts';
import { lookedUp, nameless, problemsOf } from './importing.ts';
import { checkedPlan, suggestedPlan } from './plan.ts';
import { openCsv } from './read-csv.ts';
import { cellsOf, readRow } from './read-row.ts';

/** Rows of a file that are put into the table by one transaction. */
const STORED_AT_ONCE = 100;
/** Most rows of a file. */
const MAX_ROWS = 500_000;
/** Rows of a preview. */
const PREVIEWED = 20;
const EXPORT_PAGE = 500;
/** Beyond every row of a file, and within what the database counts with. */
const LAST_ROW = 2 ** 31 - 1;
/** In which states nobody works on an import. */
const FORGETTABLE: ReadonlySet<StoredImport['state']> = new Set(['ready', 'done', 'stopped', 'undone']);

export interface Imports {
  upload(
    actor: Actor,
    file: { readonly name: string; readonly content: AsyncIterable<Uint8Array> },
  ): Promise<HttpResponse<'createImport'>>;
  list(actor: Actor, limit: number): Promise<ContactImport[]>;
  get(actor: Actor, id: string): Promise<HttpResponse<'getImport'>>;
  preview(
    actor: Actor,
    id: string,
    plan: z.output<typeof ImportPlan>,
  ): Promise<HttpResponse<'previewImport'>>;
  start(actor: Actor, id: string, plan: z.output<typeof ImportPlan>): Promise<ContactImport>;
  stop(actor: Actor, id: string): Promise<ContactImport>;
  undo(actor: Actor, id: string): Promise<ContactImport>;
  remove(actor: Actor, id: string): Promise<void>;
  /** Rows with a problem as cells of a table, page by page, the names of the columns first. Throws before its first page. */
  errors(actor: Actor, id: string): Promise<AsyncGenerator<string[][]>>;
}

export function createImports(deps: ContactsDeps & { readonly poke: () => void }): Imports {
  const { db } = deps;
  const one = async (id: string): Promise<ShownImport> => {
    const found = await importById(db.read, id);
    if (found === undefined) throw refuse('not_found');
    return found;
  };
  return {
    upload: (actor, file) => upload(deps, actor, file),
    async list(actor, limit) {
      await readAsAdmin(deps, actor);
      return (await newestImports(db.read, limit)).map(shown);
    },
    async get(actor, id) {
      await readAsAdmin(deps, actor);
      const found = await one(id);
      return { ...shown(found), suggestion: suggestionFor(found) };
    },
    preview: (actor, id, plan) => preview(deps, actor, id, plan),
    start: (actor, id, plan) =>
      change(deps, actor, id, 'started', (now) => {
        if (now.state !== 'ready') throw refuseBy('contact_import_state');
        return { state: 'running', plan: JSON.stringify(checkedPlan(plan, headerOf(now))) };
      }),
    stop: (actor, id) =>
      change(deps, actor, id, 'stopped', (now, at) => {
        if (now.state !== 'running') throw refuseBy('contact_import_state');
        return { state: 'stopped', finishedAt: at, dueAt: null };
      }),
    undo: (actor, id) =>
      change(deps, actor, id, 'undo_started', (now) => {
        if (now.state !== 'done' && now.state !== 'stopped') throw refuseBy('contact_import_state');
        return { state: 'undoing', cursor: LAST_ROW };
      }),
    remove: (actor, id) => remove(deps, actor, id),
    async errors(actor, id) {
      await readAsAdmin(deps, actor);
      return errorsOf(deps, await one(id));
    },
  };
}

const act = (action: string, objectId: string) => ({
  action: `contact_import.${action}`,
  objectType: 'contact_import',
  objectId,
});

function headerOf({ header }: Pick<StoredImport, 'header'>): string[] {
  return JSON.parse(header) as string[];
}

function suggestionFor(found: StoredImport): ImportPlan {
  return found.plan === null ? suggestedPlan(headerOf(found)) : ImportPlan.parse(JSON.parse(found.plan));
}

function shown(found: ShownImport): ContactImport {
  const { id, fileName, bytes, encoding, separator, state, rows, done, createdAt, finishedAt } = found;
  const { created, changed, unchanged, duplicates, failed, undone, kept } = found;
  const isUndo = state === 'undoing' || state === 'undone';
  return {
    id,
    fileName,
    bytes,
    encoding,
    separator,
    header: headerOf(found),
    state,
    plan: found.plan === null ? null : ImportPlan.parse(JSON.parse(found.plan)),
    rows,
    done,
    counts: { created, changed, unchanged, duplicates, failed },
    undo: isUndo ? { undone, kept } : null,
    by: { id: found.agentId, name: found.agentName ?? '' },
    createdAt,
    finishedAt,
  };
}

async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of content) {
    size += piece.length;
    if (size > MAX_IMPORT_BYTES) throw new LatchboxError('too_large', { max: MAX_IMPORT_BYTES });
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
}

/** Puts a file into rows, some in each transaction. Where that breaks off, a worker takes away what is there. */
async function upload(
  deps: ContactsDeps,
  actor: Actor,
  file: { readonly name: string; readonly content: AsyncIterable<Uint8Array> },
): Promise<HttpResponse<'createImport'>> {
  const id = newId('imp');
  await administer(deps, actor, act('uploaded', id), (tx) => requireAdmin(tx, actor));
  const bytes = await bytesOf(file.content);
  const { encoding, separator, header, portions } = await openCsv(bytes);
  const fileName = file.name.replaceAll(/[\p{Cc}/\\]/gu, ' ').trim() || 'contacts.csv';
  await administer(deps, actor, act('uploaded', id), async (tx) => {
    await requireAdmin(tx, actor);
    await insertImport(tx, {
      id,
      agentId: actor.agentId,
      fileName,
      bytes: bytes.length,
      encoding,
      separator,
      header: JSON.stringify(header),
    });
    await writeAudit(tx, {
      actorId: actor.agentId,
      ...act('uploaded', id),
      details: { fileName, bytes: bytes.length },
    });
  });
  let rows = 0;
  try {
    for await (const portion of portions(STORED_AT_ONCE)) {
      rows += portion.length;
      if (rows > MAX_ROWS) throw refuseBy('contact_file_rows');
      await deps.db.inTransaction((tx) => insertRows(tx, id, portion), 'soon');
    }
    if (rows === 0) throw refuseBy('contact_file_no_rows');
    await deps.db.inTransaction((tx) => updateImport(tx, id, { state: 'ready', rows }));
  } catch (error) {
    await forget(deps, id);
    throw error;
  }
  const found = await importById(deps.db.read, id);
  if (found === undefined) throw refuse('not_found');
  return { ...shown(found), suggestion: suggestedPlan(header) };
}

/** Takes an import with its rows away, some in each transaction. */
export async function forget({ db }: Pick<ContactsDeps, 'db'>, id: string): Promise<void> {
  while ((await db.inTransaction((tx) => deleteRows(tx, id, 500))) > 0);
  await db.inTransaction((tx) => deleteImport(tx, id));
}

async function change(
  deps: ContactsDeps & { readonly poke: () => void },
  actor: Actor,
  id: string,
  action: string,
  to: (now: StoredImport, at: number) => Partial<StoredImport>,
): Promise<ContactImport> {
  await administer(deps, actor, act(action, id), async (tx) => {
    await requireAdmin(tx, actor);
    const now = await importForUpdate(tx, id);
    if (now === undefined) throw refuse('not_found');
    const started = action === 'started' ? { startedAt: tx.now } : {};
    const next = { ...started, dueAt: tx.now, ...to(now, tx.now) };
    await updateImport(tx, id, { ...next, claimNo: now.claimNo + 1 });
    await writeAudit(tx, {
      actorId: actor.agentId,
      ...act(action, id),
      details: { before: { state: now.state }, after: { state: next.state } },
    });
    tx.afterCommit(deps.poke);
  });
  const found = await importById(deps.db.read, id);
  if (found === undefined) throw refuse('not_found');
  return shown(found);
}

async function remove(deps: ContactsDeps, actor: Actor, id: string): Promise<void> {
  await administer(deps, actor, act('removed', id), async (tx) => {
    await requireAdmin(tx, actor);
    const now = await importForUpdate(tx, id);
    if (now === undefined) throw refuse('not_found');
    if (!FORGETTABLE.has(now.state)) throw refuseBy('contact_import_state');
    // Nobody begins it any more; a worker would take the rest away if this process ended here.
    await updateImport(tx, id, { state: 'reading' });
    await writeAudit(tx, { actorId: actor.agentId, ...act('removed', id) });
  });
  await forget(deps, id);
}

async function preview(
  deps: ContactsDeps,
  actor: Actor,
  id: string,
  asked: ImportPlan,
): Promise<HttpResponse<'previewImport'>> {
  await readAsAdmin(deps, actor);
  return await deps.db.readTogether(async (db) => {
    const found = await importById(db, id);
    if (found === undefined) throw refuse('not_found');
    const columns = headerOf(found).map((_name, at) => asked.columns[at] ?? null);
    const plan = { ...asked, columns };
    const rows = (await rowsAfter(db, id, 0, PREVIEWED)).filter(({ cells }) => cells !== '');
    const lines = rows.map((row) => ({ row, cells: cellsOf(row) }));
    const read = lines.map(({ cells }) => readRow(cells, plan));
    const known = await lookedUp({ db } as Pick<Tx, 'db'>, read);
    return {
      rows: lines.map(({ row, cells }, at) => {
        const one = read[at];
        if (one === undefined) throw new Error('a row was not read');
        const problems = problemsOf(one, known);
        const [first] = one.addresses;
        const isKnown = one.addresses.some(({ channel, address }) =>
          known.byAddress.has(`${channel} ${address}`),
        );
        return {
          row: row.row,
          cells,
          name: one.name ?? (first === undefined ? '' : nameless(first)),
          addresses: one.addresses.map(({ channel, address }) =>
            channel === 'sms' ? formatPhone(address) : address,
          ),
          owner: one.owner ?? null,
          tags: [...one.tags],
          result: problems.length > 0 ? 'failed' : isKnown ? 'known' : 'new',
          problem: problems.length > 0 ? `${problems.join('; ')}.` : null,
        };
      }),
    };
  });
}

async function* errorsOf({ db }: ContactsDeps, found: StoredImport): AsyncGenerator<string[][]> {
  const header = headerOf(found);
  yield [[...header, 'row', 'problem', 'contact id']];
  for (let after = 0; ; ) {
    const rows = await problemRows(db.read, found.id, after, EXPORT_PAGE);
    if (rows.length > 0) {
      yield rows.map((row) => {
        const cells = cellsOf(row);
        const said = [String(row.row), row.problem ?? '', row.contactId ?? ''];
        return [...header.map((_name, at) => cells[at] ?? ''), ...said];
      });
    }
    after = rows.at(-1)?.row ?? 0;
    if (rows.length < EXPORT_PAGE) return;
  }
}
