import type { CallRouting } from '@latchbox/shared/http/calls';
import type { Handle } from '../../../database/database.ts';
import { membersOfInbox } from '../../../database/directory/members.ts';
import { writeAudit } from '../../../database/directory/records.ts';
import { numberByE164, numbersOfInbox } from '../../../database/texting/numbers.ts';
import { storeRouting } from '../../../database/voice/settings.ts';
import { administer, invalid } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { managedInbox, visibleInbox } from '../../../directory/inbox-access.ts';
import { readPhone } from '../../../lib/phone.ts';
import type { VoiceHooks } from '../../sms/provider/provider.ts';
import type { VoiceDeps } from '../deps.ts';
import { routingOf } from '../routing/plan.ts';

/** What becomes of calls to an inbox (W5). Throws as the routes say (`shared/src/http/calls.ts`). */
export function createRoutings({ db, log, provider }: VoiceDeps, hooks: VoiceHooks) {
  return {
    async get(actor: Actor, ref: string): Promise<CallRouting> {
      const { inbox } = await visibleInbox(db.read, actor, ref);
      return await routingOf(db.read, inbox.id);
    },

    async put(actor: Actor, ref: string, given: CallRouting): Promise<CallRouting> {
      const act = { action: 'inbox.call_routing', objectType: 'inbox', objectId: ref };
      const { inboxId, routing } = await administer({ db, log }, actor, act, async (tx) => {
        const { inbox } = await managedInbox(tx, actor, ref);
        const checked = await check(tx.db, inbox.id, given);
        await storeRouting(tx, inbox.id, JSON.stringify(checked));
        const details = { ...checked };
        await writeAudit(tx, { ...act, actorId: actor.agentId, objectId: inbox.id, details });
        return { inboxId: inbox.id, routing: checked };
      });
      // Numbers that were bought before there were calls do not bring them here yet.
      for (const number of await numbersOfInbox(db.read, inboxId))
        await provider.hookCalls(number.providerSid, hooks).catch((error: unknown) => {
          log.warn('The provider was not told where calls go', { number: number.id, error: String(error) });
        });
      return routing;
    },
  };
}

async function check(db: Handle, inboxId: string, given: CallRouting): Promise<CallRouting> {
  const members = new Set((await membersOfInbox(db, inboxId)).map(({ agentId }) => agentId));
  const steps: CallRouting['steps'] = [];
  for (const [nth, step] of given.steps.entries()) {
    if (step.kind === 'forward') {
      const number = readPhone(step.number)?.e164;
      if (number === undefined) throw invalid(`steps.${nth}.number`, 'is no phone number');
      // Calls would go round in a circle.
      if ((await numberByE164(db, number)) !== undefined)
        throw invalid(`steps.${nth}.number`, 'is one of your inboxes’ own');
      steps.push({ ...step, number });
    } else {
      if (step.members?.some((id) => !members.has(id)) === true)
        throw invalid(`steps.${nth}.members`, 'must be members of the inbox');
      steps.push(step);
    }
  }
  return { ...given, steps };
}
