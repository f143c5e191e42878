import type { listAgents } from '@latchbox/shared/http/agents';
import type {
  ContactImport,
  createImport,
  getImport,
  listImports,
  previewImport,
  startImport,
} from '@latchbox/shared/http/contact-imports';
import type {
  changeContact,
  ContactRecord,
  countContacts,
  createContact,
  getContact,
  getRetention,
  listContactConversations,
  listContacts,
  splitContact,
} from '@latchbox/shared/http/contacts';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import { type Answer, asked, type Asks, type Body, type Query } from './ask.ts';

/** Which contacts; what is left out: whichever. */
export type ContactFilter = Omit<Query<typeof listContacts>, 'after' | 'limit' | 'format'>;
export type ContactPage = Answer<typeof listContacts>;
/** A contact with its merges and splits. */
export type ContactDetail = Answer<typeof getContact>;
export type NewContact = Body<typeof createContact>;
export type ContactChange = Body<typeof changeContact>;
export type ContactCounts = Answer<typeof countContacts>;
export type ContactConversations = Answer<typeof listContactConversations>;
/** What would become of the first rows of a file. */
export type ImportPreview = Answer<typeof previewImport>;
/** An import with what its columns look like. */
export type UploadedImport = Answer<typeof createImport>;

/** Contacts (M8, T15). Only for admins. */
export function contacts(client: Asks) {
  return {
    /** By name; `after`: the `next` of the page before. */
    list: (
      { limit, ...filter }: ContactFilter & { after?: string | undefined; limit?: number } = {},
      options?: Abortable,
    ): Promise<ContactPage> =>
      client.request('GET', 'address-book', { query: asked({ ...filter, limit }), ...options }),
    counts: (options?: Abortable): Promise<ContactCounts> => client.request('GET', 'contact-counts', options),
    get: (id: string, options?: Abortable): Promise<ContactDetail> =>
      client.request('GET', at`address-book/${id}`, options),
    create: (contact: NewContact): Promise<ContactRecord> =>
      client.request('POST', 'address-book', { body: contact }),
    change: (id: string, change: ContactChange): Promise<ContactRecord> =>
      client.request('PATCH', at`address-book/${id}`, { body: change }),
    conversations: (id: string, options?: Abortable): Promise<ContactConversations> =>
      client.request('GET', at`address-book/${id}/conversations`, options),
    /** Makes the others part of the first. */
    merge: (id: string, others: readonly string[]): Promise<ContactRecord> =>
      client.request('POST', at`address-book/${id}/merge`, { body: { with: others } }),
    /** Makes a contact of its own of some addresses. */
    split: (id: string, of: Body<typeof splitContact>): Promise<ContactRecord> =>
      client.request('POST', at`address-book/${id}/split`, { body: of }),
    /** Undoes a merge or a split. */
    undo: (id: string, act: string): Promise<ContactRecord> =>
      client.request('POST', at`address-book/${id}/acts/${act}/undo`),
    /** All that the filter lets through, as CSV. */
    exportAll: (filter: ContactFilter = {}, options?: Abortable): Promise<Blob> =>
      client.request('GET', 'address-book', {
        query: asked({ ...filter, format: 'csv' }),
        as: 'file',
        ...options,
      }),
    /** Everything that is kept about one contact, as JSON. */
    exportOne: (id: string, options?: Abortable): Promise<Blob> =>
      client.request('GET', at`address-book/${id}/export`, { as: 'file', ...options }),
    /** For good; `name` is the contact's, so that nobody erases the wrong one. */
    erase: (id: string, name: string): Promise<void> =>
      client.request('POST', at`address-book/${id}/erase`, { body: { name } }),
    /** Who may own contacts, by name. */
    owners: async (options?: Abortable): Promise<readonly { readonly id: string; readonly name: string }[]> =>
      (await client.request<Answer<typeof listAgents>>('GET', 'agents', options)).agents
        .filter(({ kind, state }) => kind === 'person' && state === 'active')
        .map(({ id, name }) => ({ id, name })),
    /** So many days after their last message the texts of archived conversations of an inbox go; null: they stay. */
    retention: async (inbox: string, options?: Abortable): Promise<number | null> =>
      (await client.request<Answer<typeof getRetention>>('GET', at`inboxes/${inbox}/retention`, options))
        .days,
    setRetention: async (inbox: string, days: number | null): Promise<number | null> =>
      (
        await client.request<Answer<typeof getRetention>>('PUT', at`inboxes/${inbox}/retention`, {
          body: { days },
        })
      ).days,
  };
}

/** Imports of contacts from a CSV, in the background. Only for admins. */
export function contactImports(client: Asks) {
  const act = (id: string, name: string, body?: unknown): Promise<ContactImport> =>
    client.request('POST', at`contact-imports/${id}/${name}`, { body });
  return {
    /** Of at most 30 MB. */
    upload: (file: Blob | Uint8Array, name: string, options?: Abortable): Promise<UploadedImport> =>
      client.request('POST', 'contact-imports', { query: { name }, body: file, ...options }),
    /** The newest first. */
    list: async (options?: Abortable): Promise<readonly ContactImport[]> =>
      (await client.request<Answer<typeof listImports>>('GET', 'contact-imports', options)).imports,
    get: (id: string, options?: Abortable): Promise<Answer<typeof getImport>> =>
      client.request('GET', at`contact-imports/${id}`, options),
    /** What would become of the first rows. */
    preview: (id: string, plan: Body<typeof startImport>, options?: Abortable): Promise<ImportPreview> =>
      client.request('POST', at`contact-imports/${id}/preview`, { body: plan, ...options }),
    start: (id: string, plan: Body<typeof startImport>): Promise<ContactImport> => act(id, 'start', plan),
    stop: (id: string): Promise<ContactImport> => act(id, 'stop'),
    undo: (id: string): Promise<ContactImport> => act(id, 'undo'),
    /** Forgets the file; what was imported stays. */
    remove: (id: string): Promise<void> => client.request('DELETE', at`contact-imports/${id}`),
    /** The rows that were not imported and why, as CSV. */
    problems: (id: string, options?: Abortable): Promise<Blob> =>
      client.request('GET', at`contact-imports/${id}/errors`, { as: 'file', ...options }),
  };
}
