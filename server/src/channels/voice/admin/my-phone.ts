import type { Database } from '../../../database/database.ts';
import { writeAudit } from '../../../database/directory/records.ts';
import { phoneOfAgent, setPhoneOfAgent } from '../../../database/voice/settings.ts';
import { invalid } from '../../../directory/admin.ts';
import { readPhone } from '../../../lib/phone.ts';

/** The phone on which an agent is reached: everybody sets one's own. */
export function createMyPhone({ db }: { readonly db: Database }) {
  return {
    get: async (agentId: string) => ({ phone: await phoneOfAgent(db.read, agentId) }),

    async put(agentId: string, typed: string | null) {
      const phone = typed === null ? null : readPhone(typed)?.e164;
      if (phone === undefined) throw invalid('phone', 'is no phone number');
      await db.inTransaction(async (tx) => {
        await setPhoneOfAgent(tx, agentId, phone);
        const details = { phone: phone !== null };
        await writeAudit(tx, {
          actorId: agentId,
          action: 'agent.phone',
          objectType: 'agent',
          objectId: agentId,
          details,
        });
      });
      return { phone };
    },
  };
}
