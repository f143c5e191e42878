/** Contacts as tables, and one contact with everything that is kept about it (T15). */
import { refuse } from '@latchbox/shared';
import { conversationsShown } from '../database/contacts/following.ts';
import {
  contactById,
  type ContactFilter,
  type ContactPlace,
  type ListedContact,
  listContacts,
} from '../database/contacts/records.ts';
import { writeAudit } from '../database/directory/records.ts';
import { conversationRow } from '../database/rows.ts';
import { entriesAfter } from '../database/threads.ts';
import { administer, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import { contactAct, recordOf } from './contacts.ts';
import type { ContactsDeps } from './deps.ts';

const PAGE = 200;

/** The columns, by names that an import understands. */
const HEAD = ['Name', 'Email', 'Phone', 'Owner', 'Tags', 'Created', 'Contact id'];

export interface ContactExports {
  /** All that the filter lets through, page by page, the names of the columns first. Throws before its first page. */
  table(actor: Actor, filter: ContactFilter): Promise<AsyncGenerator<string[][]>>;
  /** JSON of one contact with all its messages, in pieces. Throws before its first piece. */
  one(actor: Actor, id: string): Promise<AsyncGenerator<string>>;
}

export function createContactExports(deps: ContactsDeps): ContactExports {
  const exported = (actor: Actor, id: string, details: Record<string, unknown>) =>
    administer(deps, actor, contactAct('exported', id), async (tx) => {
      await requireAdmin(tx, actor);
      await writeAudit(tx, { actorId: actor.agentId, ...contactAct('exported', id), details });
    });
  return {
    async table(actor, filter) {
      await exported(actor, '', { owner: filter.owner ?? null, tag: filter.tag ?? null });
      return pages(deps, actor, filter);
    },
    async one(actor, id) {
      const found = await contactById(deps.db.read, id);
      await exported(actor, id, {});
      if (found === undefined) throw refuse('not_found');
      return pieces(deps, actor, found.id);
    },
  };
}

async function* pages(
  { db }: ContactsDeps,
  { agentId }: Actor,
  filter: ContactFilter,
): AsyncGenerator<string[][]> {
  yield [HEAD];
  for (let after: ContactPlace | null = null; ; ) {
    const page: ListedContact[] = await listContacts(db.read, agentId, filter, after, PAGE);
    if (page.length > 0) yield page.map(cells);
    after = page.at(-1) ?? null;
    if (page.length < PAGE) return;
  }
}

function cells({ name, addresses, owner, tags, createdAt, id }: ListedContact): string[] {
  const of = (channel: string): string =>
    addresses
      .filter((one) => one.channel === channel)
      .map(({ address }) => address)
      .join('; ');
  return [
    name,
    of('email'),
    of('sms'),
    owner?.id ?? '',
    tags.join(', '),
    new Date(createdAt).toISOString(),
    id,
  ];
}

async function* pieces({ db }: ContactsDeps, { agentId }: Actor, id: string): AsyncGenerator<string> {
  yield `{"contact":${JSON.stringify(await recordOf(db.read, id))},"conversations":[`;
  for (let after = '', first = true; ; ) {
    const [conversationId] = await conversationsShown(db.read, agentId, id, after, 1);
    if (conversationId === undefined) break;
    const { lock: _, line: _line, drafts: _drafts, ...row } = await conversationRow(db.read, conversationId);
    yield `${first ? '' : ','}\n{"conversation":${JSON.stringify(row)},"entries":[`;
    let comma = '';
    for (let position = 0; ; ) {
      const entries = await entriesAfter(db.read, conversationId, position, PAGE);
      // What colleagues wrote to each other is not about what the person said or was told.
      const own = entries.filter(({ kind }) => kind !== 'note');
      for (const one of own) {
        yield `${comma}\n${JSON.stringify(one)}`;
        comma = ',';
      }
      position = entries.at(-1)?.position ?? position;
      if (entries.length < PAGE) break;
    }
    yield ']}';
    after = conversationId;
    first = false;
  }
  yield ']}\n';
}
