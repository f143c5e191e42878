import { z } from 'zod';
import { Person } from '../model/agent.ts';
import { Id } from '../model/scalars.ts';
import { ListFilter } from '../realtime/up/conversation-list.ts';
import { Name } from './fields.ts';
import { route } from './route.ts';

/** A list under a name. In one that is shared, `me` is whoever looks. */
export const SavedView = z.strictObject({
  id: Id,
  name: z.string(),
  /** Everybody sees it; else only its owner. */
  shared: z.boolean(),
  /** Without inboxes that are not mine. */
  filter: ListFilter,
  owner: Person,
  /** I may rename, change and remove it: my own, and as an admin those that are shared. */
  mine: z.boolean(),
});
export type SavedView = z.infer<typeof SavedView>;

const params = z.strictObject({ view: Id });

export const listViews = route({
  method: 'GET',
  path: '/api/views',
  summary: 'My saved views and those that colleagues share, by name',
  response: z.strictObject({ views: z.array(SavedView) }),
});

export const createView = route({
  method: 'POST',
  path: '/api/views',
  summary: 'Keep a list under a name, for me or for everybody',
  body: z.strictObject({ name: Name, shared: z.boolean().optional(), filter: ListFilter }),
  response: SavedView,
  status: 201,
  errors: ['not_found', 'limit'],
});

export const changeView = route({
  method: 'PATCH',
  path: '/api/views/{view}',
  summary: 'Rename a saved view, share it or not, or change what it shows',
  params,
  body: z.strictObject({
    name: Name.optional(),
    shared: z.boolean().optional(),
    filter: ListFilter.optional(),
  }),
  response: SavedView,
  errors: ['forbidden', 'not_found'],
});

export const removeView = route({
  method: 'DELETE',
  path: '/api/views/{view}',
  summary: 'Remove a saved view',
  params,
  errors: ['forbidden', 'not_found'],
});
