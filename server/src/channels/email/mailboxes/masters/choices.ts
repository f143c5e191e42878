import { refuse, RULES } from '@latchbox/shared';
import type { MasterChoices } from '@latchbox/shared/http/masters';
import type { Handle } from '../../../../database/database.ts';
import { mailboxesAround, openThrough } from '../../../../database/mailbox-masters.ts';
import type { Actor } from '../../../../directory/api.ts';
import { rightsOf } from './rights.ts';
import { planMasters } from './rules.ts';

/**
 * What these mailboxes may have as their master, and what goes on with another one. Enrolments of sequences are to be counted here as
 * well, once there are sequences (A5).
 */
export async function choicesOf(db: Handle, actor: Actor, ids: readonly string[]): Promise<MasterChoices> {
  const rightOver = await rightsOf(db, actor);
  const around = await mailboxesAround(db, ids);
  const known = new Map(around.map((row) => [row.id, row]));
  const chosen = ids.map((id) => {
    const mailbox = known.get(id);
    const right = rightOver(mailbox);
    if (mailbox === undefined || right !== 'may') throw refuse(right === 'forbidden' ? right : 'not_found');
    return mailbox;
  });
  const open = await openThrough(db, chosen);
  return {
    mailboxes: chosen.map(({ id, masterId }) => ({ id, masterId, openConversations: open.get(id) ?? 0 })),
    choices: around
      .filter(({ ownerId }) => ownerId !== null)
      .map(({ id, address }) => {
        const refused = [...planMasters(known, chosen, id)].flatMap(([mailboxId, planned]) =>
          'rule' in planned ? [{ mailboxId, rule: planned.rule, message: RULES[planned.rule] }] : [],
        );
        return { id, address, allowed: refused.length === 0, refused };
      }),
  };
}
