import { z } from 'zod';
import { DraftBody } from '../model/scalars.ts';
import { InboxRef } from './fields.ts';
import { route } from './route.ts';

/** The longest time (ms) for which a reply waits to be taken back. */
export const LONGEST_UNDO = 60_000;

const UndoFor = z.number().int().min(0).max(LONGEST_UNDO);

const SendingSettings = z.strictObject({
  /** How long (ms) my replies wait before they leave, so that I can take them back; 0: not at all. */
  undoFor: UndoFor,
  /** What I set myself; null: as the organisation has it. */
  mine: UndoFor.nullable(),
  /** What the organisation has. */
  organisation: UndoFor,
});

export const getSending = route({
  method: 'GET',
  path: '/api/sending',
  summary: 'How long replies wait before they leave, so that they can be taken back (T6)',
  response: SendingSettings,
});

/** What is left out keeps its value. `organisation` is for admins; null is the setting of the server. */
export const changeSending = route({
  method: 'PATCH',
  path: '/api/sending',
  summary: 'Change how long my replies wait before they leave, or everybody’s',
  body: z.strictObject({ mine: UndoFor.nullable().optional(), organisation: UndoFor.nullable().optional() }),
  response: SendingSettings,
  errors: ['forbidden'],
});

const MAX_HTML = 20_000;
const Text = DraftBody.refine((text) => text.length <= 4_000, 'must be at most 4000 characters');

const Signature = z.strictObject({
  /** Empty: nothing is put below. */
  body: Text,
  /** As it is shown, without what does not belong into a signature (scripts, pictures of other servers); null: made of `body`. */
  html: z.string().nullable(),
});

const Given = z.strictObject({ body: Text, html: z.string().max(MAX_HTML).nullable().optional() });

/** Mine for this inbox, or for all of them where none is named. */
const mineQuery = z.strictObject({ inbox: InboxRef.optional() });
const response = z.strictObject({ signature: Signature.nullable() });

export const getMySignature = route({
  method: 'GET',
  path: '/api/me/signature',
  summary: 'What stands below my replies when they leave (T13); null: that of the inbox',
  query: mineQuery,
  response,
  errors: ['not_found'],
});

export const putMySignature = route({
  method: 'PUT',
  path: '/api/me/signature',
  summary: 'Set my signature, for all inboxes or one; an empty body: none',
  query: mineQuery,
  body: Given,
  response,
  errors: ['not_found'],
});

export const removeMySignature = route({
  method: 'DELETE',
  path: '/api/me/signature',
  summary: 'Forget my signature, for all inboxes or one',
  query: mineQuery,
  errors: ['not_found'],
});

const params = z.strictObject({ inbox: InboxRef });

export const getInboxSignature = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}/signature',
  summary: 'What stands below the replies of an inbox whose author has no signature',
  params,
  response,
  errors: ['not_found'],
});

export const putInboxSignature = route({
  method: 'PUT',
  path: '/api/inboxes/{inbox}/signature',
  summary: 'Set the signature of an inbox; for admins and for members who manage it',
  params,
  body: Given,
  response,
  errors: ['forbidden', 'not_found'],
});

export const removeInboxSignature = route({
  method: 'DELETE',
  path: '/api/inboxes/{inbox}/signature',
  summary: 'Forget the signature of an inbox',
  params,
  errors: ['forbidden', 'not_found'],
});
