import { z } from 'zod';
import { HOURS_PRESETS, OfficeHours, OutOfOffice, Week } from '../model/hours.ts';
import { Id, ServerTime } from '../model/scalars.ts';
import { InboxRef, queryInt } from './fields.ts';
import { route } from './route.ts';

export const HoursSettings = z.strictObject({
  /** Null: always there. */
  hours: OfficeHours.nullable(),
  outOfOffice: OutOfOffice,
  /** Whether the hours say open now; true where none were set. */
  open: z.boolean(),
  /** The time that it answers in now, and until when (null: nobody knows); null: somebody is there. */
  absence: z.strictObject({ since: ServerTime, until: ServerTime.nullable() }).nullable(),
  /** Null: never. */
  changedAt: ServerTime.nullable(),
});

/** What is left out keeps its value. `hours: null`: always there. */
const Change = z.strictObject({
  hours: OfficeHours.nullable().optional(),
  outOfOffice: OutOfOffice.optional(),
});

const Times = z.array(z.strictObject({ from: ServerTime, to: ServerTime }));
export const HoursPreview = z.strictObject({
  from: ServerTime,
  to: ServerTime,
  /** When it would answer, in order. */
  answers: Times,
  /** When the hours say open, in order. */
  open: Times,
  /** What somebody would get who writes when it next answers; null: it does not answer in that time. */
  sample: z
    .strictObject({ at: ServerTime, subject: z.string(), body: z.string(), sms: z.string() })
    .nullable(),
});

const previewQuery = z.strictObject({
  /** Default: a week. */
  days: queryInt(1, 60).optional(),
});

export const getHoursPresets = route({
  method: 'GET',
  path: '/api/hours/presets',
  summary: 'Weeks to begin with, by name',
  response: z.strictObject({ presets: z.record(z.enum(Object.keys(HOURS_PRESETS)), Week) }),
});

const inbox = z.strictObject({ inbox: InboxRef });

export const getInboxHours = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}/hours',
  summary: 'Office hours (W5) and out of office (M9) of an inbox',
  params: inbox,
  response: HoursSettings,
  errors: ['not_found'],
});

export const changeInboxHours = route({
  method: 'PATCH',
  path: '/api/inboxes/{inbox}/hours',
  summary: 'Change office hours or out of office; for admins and for members who manage the inbox',
  params: inbox,
  body: Change,
  response: HoursSettings,
  errors: ['forbidden', 'not_found'],
});

export const previewInboxHours = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}/hours/preview',
  summary: 'When an inbox would answer by itself in the days to come',
  params: inbox,
  query: previewQuery,
  response: HoursPreview,
  errors: ['not_found'],
});

export const tryInboxHours = route({
  method: 'POST',
  path: '/api/inboxes/{inbox}/hours/preview',
  summary: 'The same with settings that are not stored',
  rate: 'read',
  params: inbox,
  query: previewQuery,
  body: Change,
  response: HoursPreview,
  errors: ['not_found'],
});

export const getMyHours = route({
  method: 'GET',
  path: '/api/me/hours',
  summary: 'My own office hours and out of office (M9)',
  response: HoursSettings,
});

export const changeMyHours = route({
  method: 'PATCH',
  path: '/api/me/hours',
  summary: 'Change my office hours or out of office',
  body: Change,
  response: HoursSettings,
});

export const previewMyHours = route({
  method: 'GET',
  path: '/api/me/hours/preview',
  summary: 'When I would be answered for in the days to come',
  query: previewQuery,
  response: HoursPreview,
});

export const tryMyHours = route({
  method: 'POST',
  path: '/api/me/hours/preview',
  summary: 'The same with settings that are not stored',
  rate: 'read',
  query: previewQuery,
  body: Change,
  response: HoursPreview,
});

const agent = z.strictObject({ agent: Id });

export const getAgentHours = route({
  method: 'GET',
  path: '/api/agents/{agent}/hours',
  summary: 'Office hours and out of office of an agent; for admins',
  params: agent,
  response: HoursSettings,
  errors: ['forbidden', 'not_found'],
});

export const changeAgentHours = route({
  method: 'PATCH',
  path: '/api/agents/{agent}/hours',
  summary: 'Change them for an agent, who is ill, say; for admins',
  params: agent,
  body: Change,
  response: HoursSettings,
  errors: ['forbidden', 'not_found'],
});
