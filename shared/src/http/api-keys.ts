import { z } from 'zod';
import { Id, ServerTime } from '../model/scalars.ts';
import { Name } from './fields.ts';
import { route } from './route.ts';

const ApiKey = z.strictObject({
  id: Id,
  name: z.string(),
  /** Whom the key acts as. */
  agentId: Id,
  createdAt: ServerTime,
  lastUsedAt: ServerTime.nullable(),
});

export const listApiKeys = route({
  method: 'GET',
  path: '/api/api-keys',
  summary: 'My API keys; for admins also those of system actors',
  response: z.strictObject({ apiKeys: z.array(ApiKey) }),
});

export const createApiKey = route({
  method: 'POST',
  path: '/api/api-keys',
  summary: 'Create an API key for oneself or, as an admin, for a system actor; the key is shown this once',
  body: z.strictObject({ name: Name, agentId: Id.optional() }),
  response: ApiKey.extend({ key: z.string() }),
  status: 201,
  errors: ['forbidden', 'not_found', 'limit'],
});

export const revokeApiKey = route({
  method: 'DELETE',
  path: '/api/api-keys/{key}',
  summary: 'End an API key',
  params: z.strictObject({ key: Id }),
  errors: ['not_found'],
});
