/** How many mailboxes of their own people may have (O1). */
import { refuse } from '@latchbox/shared';
import type { grantMailboxLimit, MailboxSeat } from '@latchbox/shared/http/mailbox-requests';
import type { z } from 'zod';
import type { Handle } from '../database/database.ts';
import { agentById, type AgentRow } from '../database/directory/agents.ts';
import { writeAudit } from '../database/directory/records.ts';
import { mailboxById } from '../database/mailboxes.ts';
import { holdSeat, mailboxIdsOf, seatOf, usedOfSeat, writeSeat } from '../database/seats/seats.ts';
import { administer, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import { changes } from '../directory/changes.ts';
import type { DirectoryDeps } from '../directory/deps.ts';
import { settingsOf } from './settings.ts';

export type Granted = z.output<(typeof grantMailboxLimit)['body']>['granted'];

export interface MailboxLimits {
  /** One's own; for admins everybody's. Throws `forbidden` to others, and `not_found`. */
  seat(actor: Actor, agentId: string): Promise<MailboxSeat>;
  /** Throws `forbidden` and `not_found`. */
  grant(actor: Actor, agentId: string, granted: Granted): Promise<MailboxSeat>;
}

export function createMailboxLimits(deps: Pick<DirectoryDeps, 'db' | 'log'>): MailboxLimits {
  const { db } = deps;
  return {
    async seat(actor, agentId) {
      if (agentId !== actor.agentId && !(await isAdmin(db.read, actor))) throw refuse('forbidden');
      return await seatView(db.read, await personWithSeat(db.read, agentId));
    },
    grant(actor, agentId, granted) {
      const act = { action: 'seat.limit_granted', objectType: 'agent', objectId: agentId };
      return administer(deps, actor, act, async (tx) => {
        await requireAdmin(tx, actor);
        const agent = await personWithSeat(tx.db, agentId);
        const { mailboxLimit: limit, contract } = await holdSeat(tx, agentId);
        const { limit: mailboxLimit = null, contract: by = '' } = granted ?? {};
        const given = { agentId, mailboxLimit, contract: by, grantedBy: actor.agentId, grantedAt: tx.now };
        await writeSeat(tx, given);
        const details = changes({ limit, contract }, { limit: mailboxLimit, contract: by });
        await writeAudit(tx, { ...act, actorId: actor.agentId, details });
        return await seatView(tx.db, agent);
      });
    },
  };
}

export async function isAdmin(db: Handle, actor: Actor): Promise<boolean> {
  const agent = await agentById(db, actor.agentId);
  return agent?.state === 'active' && agent.role === 'admin';
}

async function personWithSeat(db: Handle, agentId: string): Promise<AgentRow> {
  const agent = await agentById(db, agentId);
  if (agent?.kind !== 'person') throw refuse('not_found');
  return agent;
}

async function seatView(db: Handle, { id }: AgentRow): Promise<MailboxSeat> {
  const seat = await seatOf(db, id);
  const { mailboxLimit } = await settingsOf(db);
  const by = seat?.grantedBy ? await agentById(db, seat.grantedBy) : undefined;
  const mailboxes = await Promise.all((await mailboxIdsOf(db, id)).map((one) => mailboxById(db, one)));
  return {
    agentId: id,
    limit: seat?.mailboxLimit ?? mailboxLimit,
    granted:
      seat?.mailboxLimit == null
        ? null
        : {
            limit: seat.mailboxLimit,
            contract: seat.contract,
            by: by === undefined ? null : { id: by.id, name: by.name },
            at: seat.grantedAt,
          },
    used: await usedOfSeat(db, id),
    mailboxes: mailboxes
      .filter((one) => one !== undefined)
      .map(({ id: mailboxId, address, state, masterId }) => ({ id: mailboxId, address, state, masterId })),
  };
}
