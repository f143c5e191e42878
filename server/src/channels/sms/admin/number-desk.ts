/** Where numbers are bought for inboxes that are being created. */
import type { NumberDesk } from '../../../inbox-drafts/api.ts';
import { INBOUND_PATH } from '../in/webhooks.ts';
import { ProviderAway, ProviderRefusal } from '../provider/errors.ts';
import type { NumbersDeps } from './numbers.ts';

/** Ms that the provider may take: less than a claim on a draft lasts. */
const PATIENCE = 20_000;

export function createNumberDesk({
  provider,
  publicUrl,
  voiceHooks,
  campaignWanted,
}: Pick<NumbersDeps, 'provider' | 'publicUrl' | 'voiceHooks' | 'campaignWanted'>): NumberDesk {
  return {
    async buy(e164, tag) {
      const hooks = { sms: `${publicUrl}${INBOUND_PATH}`, ...voiceHooks };
      try {
        const bought = await provider.buyNumber(e164, hooks, {
          name: tag,
          signal: AbortSignal.timeout(PATIENCE),
        });
        return { outcome: 'bought', number: { sid: bought.sid, ...bought.capabilities } };
      } catch (error) {
        if (error instanceof ProviderRefusal)
          return { outcome: error.status === 401 ? 'away' : 'taken', reason: error.sentence };
        if (error instanceof ProviderAway)
          return { outcome: 'away', reason: 'The provider cannot be reached; try again later.' };
        throw error;
      }
    },
    async find(e164, tag) {
      const signal = AbortSignal.timeout(PATIENCE);
      const own = (await provider.ownNumbers(e164, signal)).find(({ friendly_name: name }) => name === tag);
      return own && { sid: own.sid, ...own.capabilities };
    },
    async release(sid) {
      await provider.releaseNumber(sid).catch((error: unknown) => {
        // One that the provider does not have is given back.
        if (!(error instanceof ProviderRefusal && error.status === 404)) throw error;
      });
    },
    added: (teamId) => campaignWanted(teamId),
  };
}
