import { z } from 'zod';
import { Id, ServerTime } from '../model/scalars.ts';
import { InboxRef, line } from './fields.ts';
import { route } from './route.ts';

const Person = z.strictObject({ id: Id, name: z.string() });

/** For admins where the organisation lets them read personal inboxes (H1); else `refused`, whether there are any or not. */
export const listPersonalInboxes = route({
  method: 'GET',
  path: '/api/personal-inboxes',
  summary: 'Whose personal inboxes there are, for admins of an organisation that lets them be read',
  response: z.strictObject({
    inboxes: z.array(z.strictObject({ id: Id, owner: Person, addresses: z.array(z.string()) })),
  }),
  errors: ['forbidden', 'refused'],
});

const Reading = z.strictObject({
  id: Id,
  by: Person,
  reason: z.string(),
  from: ServerTime,
  /** When it ends by itself. */
  until: ServerTime,
  endedAt: ServerTime.nullable(),
});

const params = z.strictObject({ inbox: InboxRef });

export const readPersonalInbox = route({
  method: 'POST',
  path: '/api/personal-inboxes/{inbox}/readings',
  summary: 'Open somebody’s personal inbox to read it for an hour, with a reason; its owner is told',
  params,
  body: z.strictObject({ reason: line(500) }),
  response: Reading,
  status: 201,
  errors: ['forbidden', 'not_found', 'refused'],
});

export const endReading = route({
  method: 'DELETE',
  path: '/api/personal-inboxes/{inbox}/readings',
  summary: 'Close a personal inbox that I opened to read it',
  params,
  errors: ['not_found'],
});

export const listReadings = route({
  method: 'GET',
  path: '/api/personal-inboxes/{inbox}/readings',
  summary: 'Who opened my personal inbox to read it, when and why; the newest 100',
  params,
  response: z.strictObject({ readings: z.array(Reading) }),
  errors: ['not_found'],
});
