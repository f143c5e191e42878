import { refuse } from '@latchbox/shared';
import { endIssuer, insertIssuer, type IssuerRow, listIssuers } from '../database/directory/credentials.ts';
import { writeAudit } from '../database/directory/records.ts';
import { newId } from '../lib/ids.ts';
import { checkOutgoing } from '../lib/outgoing.ts';
import { OWN_ISSUER } from './access-tokens.ts';
import { administer, invalid, requireAdmin } from './admin.ts';
import type { IssuerRecord, Issuers, NewIssuer } from './api.ts';
import type { DirectoryDeps } from './deps.ts';
import { readAsAdmin } from './inbox-access.ts';

/** As many bytes as HS256 makes of it. */
const LEAST_SECRET = 32;

export function createIssuers(deps: DirectoryDeps): Issuers {
  const act = (action: string, objectId: string) => ({ action, objectType: 'token_issuer', objectId });
  return {
    async issuers(actor) {
      await readAsAdmin(deps, actor);
      return (await listIssuers(deps.db.read)).map(toRecord);
    },

    createIssuer: (actor, input) =>
      administer(deps, actor, act('token_issuer.created', ''), async (tx) => {
        await requireAdmin(tx, actor);
        checkIssuer(input, deps.config.ALLOWED_PRIVATE_HOSTS ?? []);
        const { name, kind, secret, issuer, audience, trustEmail } = input;
        const allowedOrigins = JSON.stringify(input.allowedOrigins);
        const row = { id: newId('iss'), name, kind, secret, issuer, audience, allowedOrigins, trustEmail };
        await insertIssuer(tx, row);
        const details = { name, kind, issuer, audience, allowedOrigins: input.allowedOrigins, trustEmail };
        await writeAudit(tx, { actorId: actor.agentId, ...act('token_issuer.created', row.id), details });
        return toRecord(row);
      }),

    endIssuer: (actor, issuerId) =>
      administer(deps, actor, act('token_issuer.ended', issuerId), async (tx) => {
        await requireAdmin(tx, actor);
        if (!(await endIssuer(tx, issuerId))) throw refuse('not_found');
        await writeAudit(tx, { actorId: actor.agentId, ...act('token_issuer.ended', issuerId) });
      }),
  };
}

function checkIssuer(input: NewIssuer, allowedPrivateHosts: readonly string[]): void {
  if (input.issuer === OWN_ISSUER) throw invalid('issuer', 'is the name of this server itself');
  if (input.kind === 'hs256') {
    const long = new TextEncoder().encode(input.secret).length >= LEAST_SECRET;
    if (!long) throw invalid('secret', `must have at least ${LEAST_SECRET} bytes`);
    return;
  }
  try {
    checkOutgoing(new URL(input.secret), allowedPrivateHosts);
  } catch {
    throw invalid('secret', 'must be the public https address of a key set');
  }
}

function toRecord(row: Omit<IssuerRow, 'createdAt' | 'endedAt'>): IssuerRecord {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    jwksUrl: row.kind === 'jwks' ? row.secret : null,
    issuer: row.issuer,
    audience: row.audience,
    allowedOrigins: JSON.parse(row.allowedOrigins) as string[],
    trustEmail: row.trustEmail === true,
  };
}
