import { Readable } from 'node:stream';
import type { ContactPlace } from '../../database/contacts/records.ts';
import { invalid } from '../../directory/admin.ts';
import type { VerifiedToken } from '../../directory/api.ts';
import { shownContact } from '../../contacts/contacts.ts';
import { contentDisposition } from '../../files/file-name.ts';
import { type Handlers, RawAnswer } from '../call.ts';
import { toCsv } from '../csv.ts';
import type { HttpDeps } from '../deps.ts';

type ContactNames =
  | 'listContacts'
  | 'countContacts'
  | 'createContact'
  | 'getContact'
  | 'changeContact'
  | 'listContactConversations'
  | 'mergeContacts'
  | 'splitContact'
  | 'undoContactAct'
  | 'exportContact'
  | 'eraseContact'
  | 'getRetention'
  | 'putRetention';
type ImportNames =
  | 'createImport'
  | 'listImports'
  | 'getImport'
  | 'previewImport'
  | 'startImport'
  | 'stopImport'
  | 'undoImport'
  | 'removeImport'
  | 'exportImportErrors';

const PAGE = 50;

const actorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({ agentId: verified.agent.id });

/** Contacts (M8, T15). */
export function contactHandlers({ contacts }: Pick<HttpDeps, 'contacts'>): Pick<Handlers, ContactNames> {
  return {
    async listContacts(call) {
      const { after, limit = PAGE, format = 'json', ...filter } = call.query;
      if (format === 'csv') return csvOf(await contacts.exports.table(actorOf(call), filter), 'contacts.csv');
      const place = after === undefined ? null : placeOf(after);
      const found = await contacts.book.list(actorOf(call), filter, place, limit + 1);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return {
        contacts: page.map(shownContact),
        next: found.length > limit && last !== undefined ? nextOf(last) : null,
      };
    },
    countContacts: (call) => contacts.book.counts(actorOf(call)),
    createContact: (call) => contacts.book.create(actorOf(call), call.body),
    getContact: (call) => contacts.detail(actorOf(call), call.params.contact),
    changeContact: (call) => contacts.book.change(actorOf(call), call.params.contact, call.body),
    listContactConversations: (call) =>
      contacts.conversations(actorOf(call), call.params.contact, call.query.limit ?? PAGE),
    mergeContacts: (call) => contacts.parts.merge(actorOf(call), call.params.contact, call.body.with),
    splitContact: (call) => contacts.parts.split(actorOf(call), call.params.contact, call.body),
    undoContactAct: (call) => contacts.parts.undo(actorOf(call), call.params.contact, call.params.act),
    async exportContact(call) {
      const pieces = await contacts.exports.one(actorOf(call), call.params.contact);
      return new RawAnswer({
        type: 'application/json; charset=utf-8',
        body: Readable.from(pieces),
        headers: { 'content-disposition': 'attachment; filename="contact.json"' },
      });
    },
    eraseContact: (call) => contacts.erase(actorOf(call), call.params.contact, call.body.name),
    getRetention: async (call) => ({
      days: await contacts.retention(actorOf(call), call.params.inbox),
    }),
    putRetention: async (call) => ({
      days: await contacts.setRetention(actorOf(call), call.params.inbox, call.body.days),
    }),
  };
}

/** Imports of contacts from a CSV. */
export function contactImportHandlers({ contacts }: Pick<HttpDeps, 'contacts'>): Pick<Handlers, ImportNames> {
  return {
    createImport: (call) =>
      contacts.imports.upload(actorOf(call), { name: call.query.name, content: call.content }),
    listImports: async (call) => ({
      imports: await contacts.imports.list(actorOf(call), call.query.limit ?? PAGE),
    }),
    getImport: (call) => contacts.imports.get(actorOf(call), call.params.import),
    previewImport: (call) => contacts.imports.preview(actorOf(call), call.params.import, call.body),
    startImport: (call) => contacts.imports.start(actorOf(call), call.params.import, call.body),
    stopImport: (call) => contacts.imports.stop(actorOf(call), call.params.import),
    undoImport: (call) => contacts.imports.undo(actorOf(call), call.params.import),
    removeImport: (call) => contacts.imports.remove(actorOf(call), call.params.import),
    exportImportErrors: async (call) =>
      csvOf(await contacts.imports.errors(actorOf(call), call.params.import), 'import-problems.csv'),
  };
}

/** A table as a file, written out page by page while it is read. */
function csvOf(pages: AsyncGenerator<string[][]>, name: string): RawAnswer {
  return new RawAnswer({
    type: 'text/csv; charset=utf-8',
    body: Readable.from(lines(pages)),
    headers: { 'content-disposition': contentDisposition('attachment', name) },
  });
}

async function* lines(pages: AsyncGenerator<string[][]>): AsyncGenerator<string> {
  // Without it a spreadsheet takes the text for that of an older alphabet.
  yield '\ufeff';
  for await (const page of pages) yield toCsv(page);
}

function nextOf({ nameKey, id }: ContactPlace): string {
  return `${id}~${nameKey}`;
}

function placeOf(next: string): ContactPlace {
  const at = next.indexOf('~');
  if (at < 1) throw invalid('after', 'must be the `next` of an earlier page');
  return { id: next.slice(0, at), nameKey: next.slice(at + 1) };
}
