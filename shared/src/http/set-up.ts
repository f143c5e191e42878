import { z } from 'zod';
import { Email, Name } from './fields.ts';
import { route } from './route.ts';

export const getSetUp = route({
  method: 'GET',
  path: '/api/set-up',
  summary: 'Whether this server waits for its first set-up',
  auth: 'none',
  rate: 'public',
  response: z.strictObject({ needed: z.boolean() }),
});

/** Works exactly once, with the key that the first start printed. A wrong and a used key answer alike. */
export const setUp = route({
  method: 'POST',
  path: '/api/set-up',
  summary: 'Create the organisation, its first admin and, where one is named, the first inbox',
  auth: 'none',
  rate: 'public',
  body: z.strictObject({
    key: z.string().min(1).max(128),
    organisation: Name,
    admin: z.strictObject({ name: Name, email: Email, password: z.string().min(1).max(256) }),
    /** Left out: it is set up afterwards, step by step. */
    inbox: z.strictObject({ name: Name }).optional(),
  }),
  errors: ['forbidden'],
});
