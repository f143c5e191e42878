import { z } from 'zod';
import { Person } from '../model/agent.ts';
import { Id, ServerTime } from '../model/scalars.ts';
import { queryInt } from './fields.ts';
import { route } from './route.ts';

/** Most bytes of a file. */
export const MAX_IMPORT_BYTES = 30 * 1024 * 1024;

/** What a column of the file is. `owner`: an agent's id, or the address that they sign in with (M8). `tags`: separated by commas. */
export const ImportField = z.enum(['name', 'first_name', 'last_name', 'email', 'phone', 'owner', 'tags']);
export type ImportField = z.infer<typeof ImportField>;

export const ImportPlan = z.strictObject({
  /** What each column is, in the order of the file; null: it is left out. */
  columns: z.array(ImportField.nullable()).max(200),
  /** Of numbers without a country code: two letters. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be a country like US')
    .default('US'),
  /** Whether contacts that are known take over what the file says; else their rows change nothing. */
  update: z.boolean().default(true),
});
export type ImportPlan = z.infer<typeof ImportPlan>;

const Counts = z.strictObject({
  created: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  /** Rows about a contact that an earlier row of the file was about; the earlier one counts. */
  duplicates: z.number().int(),
  failed: z.number().int(),
});

export const ContactImport = z.strictObject({
  id: Id,
  fileName: z.string(),
  bytes: z.number().int(),
  encoding: z.string(),
  /** `,`, `;` or a tab. */
  separator: z.string(),
  /** The names in the first row. */
  header: z.array(z.string()),
  /**
   * `reading`: its rows are being counted. `ready`: it waits for what its columns are. `stopped`: by somebody; the rest was not imported.
   * `undone`: nothing of it is left but what was used or changed since.
   */
  state: z.enum(['reading', 'ready', 'running', 'done', 'stopped', 'undoing', 'undone']),
  plan: ImportPlan.nullable(),
  rows: z.number().int(),
  /** How many rows were looked at. */
  done: z.number().int(),
  counts: Counts,
  /** Of an undo: of how many rows that had created or changed something nothing is left, and of how many something was used or changed since. */
  undo: z.strictObject({ undone: z.number().int(), kept: z.number().int() }).nullable(),
  by: Person,
  createdAt: ServerTime,
  finishedAt: ServerTime.nullable(),
});
export type ContactImport = z.infer<typeof ContactImport>;

export const createImport = route({
  method: 'POST',
  path: '/api/contact-imports',
  summary: 'Upload a CSV of contacts: UTF-8, UTF-16 or Latin-1, with commas, semicolons or tabs; for admins',
  query: z.strictObject({ name: z.string().min(1).max(300) }),
  bytes: MAX_IMPORT_BYTES,
  response: ContactImport.extend({
    /** What its columns look like, to begin with. */
    suggestion: ImportPlan,
  }),
  status: 201,
  errors: ['forbidden', 'too_large', 'refused'],
});

export const listImports = route({
  method: 'GET',
  path: '/api/contact-imports',
  summary: 'Imports of contacts, the newest first; for admins',
  query: z.strictObject({ limit: queryInt(1, 100).optional() }),
  response: z.strictObject({ imports: z.array(ContactImport) }),
  errors: ['forbidden'],
});

const one = z.strictObject({ import: Id });

export const getImport = route({
  method: 'GET',
  path: '/api/contact-imports/{import}',
  summary: 'An import and how far it is; for admins',
  params: one,
  response: ContactImport.extend({ suggestion: ImportPlan }),
  errors: ['forbidden', 'not_found'],
});

export const previewImport = route({
  method: 'POST',
  path: '/api/contact-imports/{import}/preview',
  summary: 'What would become of the first rows; nothing is stored; for admins',
  rate: 'read',
  params: one,
  body: ImportPlan,
  response: z.strictObject({
    rows: z.array(
      z.strictObject({
        /** As a spreadsheet counts them: the row below the header is 2. */
        row: z.number().int(),
        cells: z.array(z.string()),
        name: z.string(),
        addresses: z.array(z.string()),
        owner: z.string().nullable(),
        tags: z.array(z.string()),
        /** `known`: there is a contact with one of the addresses. */
        result: z.enum(['new', 'known', 'failed']),
        /** Why it would fail. */
        problem: z.string().nullable(),
      }),
    ),
  }),
  errors: ['forbidden', 'not_found'],
});

export const startImport = route({
  method: 'POST',
  path: '/api/contact-imports/{import}/start',
  summary: 'Begin to import, in the background; for admins',
  params: one,
  body: ImportPlan,
  response: ContactImport,
  errors: ['forbidden', 'not_found', 'refused'],
});

export const stopImport = route({
  method: 'POST',
  path: '/api/contact-imports/{import}/stop',
  summary: 'Import no more rows; what was imported stays and can be undone; for admins',
  params: one,
  response: ContactImport,
  errors: ['forbidden', 'not_found', 'refused'],
});

export const undoImport = route({
  method: 'POST',
  path: '/api/contact-imports/{import}/undo',
  summary: 'Put everything back as it was, but what was used or changed since, in the background; for admins',
  params: one,
  response: ContactImport,
  errors: ['forbidden', 'not_found', 'refused'],
});

export const removeImport = route({
  method: 'DELETE',
  path: '/api/contact-imports/{import}',
  summary:
    'Forget a file and what became of its rows; what was imported stays and cannot be undone any more; for admins',
  params: one,
  errors: ['forbidden', 'not_found', 'refused'],
});

/** Rows that failed or were there twice, with the reason in a column of its own: what is corrected can be imported again. */
export const exportImportErrors = route({
  method: 'GET',
  path: '/api/contact-imports/{import}/errors',
  summary: 'The rows that were not imported, as CSV; after an undo also those that were kept; for admins',
  params: one,
  response: z.string(),
  otherTypes: ['text/csv'],
  errors: ['forbidden', 'not_found'],
});
