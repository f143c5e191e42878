import { z } from 'zod';
import { route } from './route.ts';

export const live = route({
  method: 'GET',
  path: '/health/live',
  summary: 'The process answers',
  auth: 'none',
  rate: 'unlimited',
  response: z.strictObject({ live: z.literal(true) }),
});

/** 503 with the same body while something that is needed does not answer, or while the server drains. */
export const ready = route({
  method: 'GET',
  path: '/health/ready',
  summary: 'The process can serve: whether its database and its coordination answer',
  auth: 'none',
  rate: 'unlimited',
  response: z.strictObject({ ready: z.boolean(), checks: z.record(z.string(), z.boolean()) }),
});

/** For whoever runs the server: with the metrics token, or without one from the machine itself. */
export const metrics = route({
  method: 'GET',
  path: '/metrics',
  summary: 'Figures in the text format of Prometheus',
  auth: 'operator',
  rate: 'unlimited',
  response: z.string(),
  otherTypes: ['text/plain'],
  errors: ['not_found'],
});

export const openApi = route({
  method: 'GET',
  path: '/api/openapi.json',
  summary: 'This API as an OpenAPI 3.1 document',
  auth: 'none',
  rate: 'public',
  response: z.record(z.string(), z.unknown()),
});
