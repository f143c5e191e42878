import { refuse } from '@latchbox/shared';
import type { Database } from '../../database/database.ts';
import { numberById } from '../../database/texting/numbers.ts';
import type { CheckedPart } from '../../messaging/delivery/channel.ts';
import { INBOUND_PATH } from './in/webhooks.ts';
import { ProviderAway, ProviderRefusal } from './provider/errors.ts';
import type { Provider } from './provider/provider.ts';

const ok = (part: string): CheckedPart => ({ part, state: 'ok' });
const skipped = (part: string): CheckedPart => ({ part, state: 'skipped' });

/** Looks whether a number works: the account, the number at the provider, where its texts go, and its registration (H4). */
export async function checkNumber(
  {
    db,
    provider,
    publicUrl,
  }: { readonly db: Database; readonly provider: Provider; readonly publicUrl: string },
  id: string,
): Promise<readonly CheckedPart[]> {
  const number = await numberById(db.read, id);
  if (number === undefined || number.releasedAt !== null) throw refuse('not_found');
  const registration = registrationPart(number.registration);
  const hook = `${publicUrl}${INBOUND_PATH}`;
  try {
    const { sms_url: url } = await provider.number(number.providerSid);
    const receive: CheckedPart =
      url === hook
        ? ok('receive')
        : {
            part: 'receive',
            state: 'failed',
            problem: 'The provider brings the texts of this number to another address.',
            cure: `Set the number’s address for incoming messages to ${hook} (POST), and PUBLIC_URL to where this server is reached.`,
          };
    return [ok('account'), ok('number'), receive, registration];
  } catch (error) {
    return [...troubles(error), skipped('receive'), registration];
  }
}

function troubles(error: unknown): CheckedPart[] {
  if (error instanceof ProviderRefusal && error.status === 404) {
    const problem = 'The account does not have this number any more.';
    const cure = 'Give the number back here and buy another one.';
    return [ok('account'), { part: 'number', state: 'failed', problem, cure }];
  }
  if (error instanceof ProviderRefusal) {
    const cure = 'Set SMS_ACCOUNT_SID and SMS_AUTH_TOKEN as the provider’s console shows them.';
    return [{ part: 'account', state: 'failed', problem: error.sentence, cure }, skipped('number')];
  }
  const problem = error instanceof ProviderAway ? error.message : 'The provider did not answer as it should.';
  const cure = 'Look whether this server reaches SMS_API_URL, and at the provider’s status page.';
  return [{ part: 'account', state: 'failed', problem, cure }, skipped('number')];
}

function registrationPart(registration: string): CheckedPart {
  if (registration === 'not_needed' || registration === 'ready') return ok('send');
  return {
    part: 'send',
    state: 'failed',
    problem: 'The carriers do not let this number send yet.',
    cure: 'Fill in the registration of the team and hand it in; a rejected one says why.',
  };
}
