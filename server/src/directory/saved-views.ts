/** Lists that somebody keeps under a name, for themselves or for everybody (T2). */
import { LatchboxError, type ListFilter, refuse } from '@latchbox/shared';
import type { SavedView } from '@latchbox/shared/http/views';
import type { Handle, Tx } from '../database/database.ts';
import { agentById } from '../database/directory/agents.ts';
import { writeAudit } from '../database/directory/records.ts';
import { inboxScope } from '../database/inbox-scope.ts';
import {
  countViewsOf,
  holdView,
  insertView,
  removeView,
  type StoredView,
  updateView,
  viewsFor,
} from '../database/saved-views.ts';
import { newId } from '../lib/ids.ts';
import { administer } from './admin.ts';
import type { Actor } from './api.ts';
import { changes } from './changes.ts';
import type { DirectoryDeps } from './deps.ts';

export interface ViewChange {
  readonly name?: string | undefined;
  readonly shared?: boolean | undefined;
  readonly filter?: ListFilter | undefined;
}

export interface SavedViews {
  list(actor: Actor): Promise<SavedView[]>;
  /** Throws `not_found` for an inbox that is not mine, `limit` with too many. */
  create(actor: Actor, view: ViewChange & Pick<SavedView, 'name' | 'filter'>): Promise<SavedView>;
  /** Throws `not_found`, and `forbidden` for one that a colleague shares. */
  change(actor: Actor, id: string, change: ViewChange): Promise<SavedView>;
  remove(actor: Actor, id: string): Promise<void>;
}

/** How many somebody may keep. */
const MOST = 200;

export function createSavedViews(deps: Pick<DirectoryDeps, 'db' | 'log'>): SavedViews {
  const { db } = deps;
  const act = (action: string, objectId: string) => ({ action, objectType: 'view', objectId });
  const audited = (tx: Tx, actor: Actor, action: string, id: string, details: Record<string, unknown>) =>
    writeAudit(tx, { ...act(action, id), actorId: actor.agentId, details });
  return {
    list: (actor) =>
      db.readTogether(async (read) => {
        const see = await eyesOf(read, actor);
        return (await viewsFor(read, actor.agentId)).flatMap((view) => shown(view, see) ?? []);
      }),

    create: (actor, { name, shared = false, filter }) =>
      db.inTransaction(async (tx) => {
        const see = await eyesOf(tx.db, actor);
        requireMine(filter, see);
        if ((await countViewsOf(tx, actor.agentId)) >= MOST) throw new LatchboxError('limit', { max: MOST });
        const id = newId('viw');
        await insertView(tx, { id, ownerId: actor.agentId, name, shared, filter });
        if (shared) await audited(tx, actor, 'view.shared', id, { name, filter });
        return await one(tx, id, see);
      }),

    change: (actor, id, change) =>
      administer(deps, actor, act('view.changed', id), async (tx) => {
        const see = await eyesOf(tx.db, actor);
        const before = await changeable(tx, id, see);
        if (change.filter !== undefined) requireMine(change.filter, see);
        const { name = before.name, shared = before.shared, filter = before.filter } = change;
        const after = { name, shared, filter };
        await updateView(tx, id, after);
        const told = changes({ name: before.name, shared: before.shared, filter: before.filter }, after);
        if (before.shared || shared) await audited(tx, actor, 'view.changed', id, told);
        return await one(tx, id, see);
      }),

    remove: (actor, id) =>
      administer(deps, actor, act('view.removed', id), async (tx) => {
        const { shared, name, filter } = await changeable(tx, id, await eyesOf(tx.db, actor));
        await removeView(tx, id);
        if (shared) await audited(tx, actor, 'view.removed', id, { name, filter });
      }),
  };
}

/** Who looks, and at which inboxes. */
interface Eyes {
  readonly agentId: string;
  readonly admin: boolean;
  readonly inboxes: ReadonlySet<string>;
}

async function eyesOf(db: Handle, { agentId }: Actor): Promise<Eyes> {
  const agent = await agentById(db, agentId);
  const admin = agent?.state === 'active' && agent.role === 'admin';
  return { agentId, admin, inboxes: new Set(await inboxScope(db, agentId)) };
}

/** A view as somebody sees it; null where nothing of it is theirs to see. */
function shown({ filter, ...view }: StoredView, see: Eyes): SavedView | null {
  const own = view.owner.id === see.agentId;
  const inboxIds = filter.inboxIds?.filter((id) => see.inboxes.has(id));
  if (!own && inboxIds?.length === 0) return null;
  const mine = own || (view.shared && see.admin);
  return { ...view, filter: { ...filter, ...(inboxIds && { inboxIds }) }, mine };
}

async function changeable(tx: Tx, id: string, see: Eyes): Promise<StoredView> {
  const view = await holdView(tx, id);
  const own = view?.owner.id === see.agentId;
  if (view === undefined || (!own && !view.shared)) throw refuse('not_found');
  if (!own && !see.admin) throw refuse('forbidden');
  return view;
}

async function one(tx: Tx, id: string, see: Eyes): Promise<SavedView> {
  const view = await holdView(tx, id);
  const seen = view && shown(view, see);
  // An admin may change what has nothing of theirs in it.
  if (view === undefined) throw refuse('not_found');
  return seen ?? { ...view, filter: { ...view.filter, inboxIds: [] }, mine: true };
}

function requireMine({ inboxIds = [] }: ListFilter, { inboxes }: Eyes): void {
  if (!inboxIds.every((id) => inboxes.has(id))) throw refuse('not_found');
}
