import { z } from 'zod';
import { Id } from '../model/scalars.ts';
import { line, Name, Origin } from './fields.ts';
import { route } from './route.ts';

const fields = {
  name: Name,
  kind: z.enum(['hs256', 'jwks']),
  /** The `iss` and the `aud` that its tokens must carry. */
  issuer: line(300),
  audience: line(300),
  allowedOrigins: z.array(Origin).max(50),
  /** Whether a verified `email` claim finds the agent when the subject is not known. */
  trustEmail: z.boolean(),
};

const TokenIssuer = z.strictObject({ id: Id, ...fields, jwksUrl: z.string().nullable() });

export const listTokenIssuers = route({
  method: 'GET',
  path: '/api/token-issuers',
  summary: 'Applications whose tokens are accepted (S7); for admins',
  response: z.strictObject({ tokenIssuers: z.array(TokenIssuer) }),
  errors: ['forbidden'],
});

export const createTokenIssuer = route({
  method: 'POST',
  path: '/api/token-issuers',
  summary: 'Accept tokens that an embedding application mints',
  body: z.strictObject({
    ...fields,
    trustEmail: z.boolean().optional(),
    /** `hs256`: the shared secret, at least 32 bytes; never shown again. `jwks`: the https address of the key set. */
    secret: z.string().min(1).max(2_000),
  }),
  response: TokenIssuer,
  status: 201,
  errors: ['forbidden'],
});

export const endTokenIssuer = route({
  method: 'DELETE',
  path: '/api/token-issuers/{issuer}',
  summary: 'No longer accept tokens of this application',
  params: z.strictObject({ issuer: Id }),
  errors: ['forbidden', 'not_found'],
});
