import { LatchboxError, refuse } from '@latchbox/shared';
import type { PhoneNumber } from '@latchbox/shared/http/numbers';
import type { Database, Handle, Tx } from '../../../database/database.ts';
import type { Wake } from '../../../database/event-log.ts';
import { writeAudit } from '../../../database/directory/records.ts';
import {
  insertNumber,
  makePrimary,
  markReleased,
  numberById,
  numbersOfInbox,
  setVoiceForward,
  type StoredNumber,
} from '../../../database/texting/numbers.ts';
import { violates } from '../../../database/unique-violation.ts';
import { administer, invalid, requireAdmin } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { managedInbox, readAsAdmin, visibleInbox } from '../../../directory/inbox-access.ts';
import { newId } from '../../../lib/ids.ts';
import type { Log } from '../../../lib/log.ts';
import { formatPhone, needsCampaign, type Phone, readPhone } from '../../../lib/phone.ts';
import { INBOUND_PATH } from '../in/webhooks.ts';
import { ProviderAway, ProviderRefusal } from '../provider/errors.ts';
import type { NumberSearch, Provider, VoiceHooks } from '../provider/provider.ts';
import { tellingMembers } from './waiting.ts';

export interface NumbersDeps {
  readonly db: Database;
  readonly wake: Wake;
  readonly provider: Provider;
  readonly log: Log;
  readonly publicUrl: string;
  /** Where the calls of a number go. */
  readonly voiceHooks: VoiceHooks;
  /** Told after a number was bought that needs a campaign. */
  readonly campaignWanted: (teamId: string) => Promise<void>;
}

/** The phone numbers of inboxes. Throws as the routes say (`shared/src/http/numbers.ts`). */
export function createNumbers(deps: NumbersDeps) {
  const { db, provider } = deps;
  return {
    async search(actor: Actor, asked: Partial<Omit<NumberSearch, 'limit'>>) {
      await readAsAdmin(deps, actor);
      const { country = 'US', kind = 'local', ...rest } = asked;
      const found = await atProvider(() =>
        provider.searchNumbers({ country, kind, ...rest, limit: MOST_FOUND }),
      );
      return found
        .filter(({ phone_number: e164 }) => begins(e164, asked))
        .map(({ phone_number: e164, locality, region, capabilities }) => ({
          e164,
          shown: formatPhone(e164),
          place: [locality, region].filter((part) => typeof part === 'string' && part !== '').join(', '),
          ...capabilities,
        }));
    },

    async list(actor: Actor, ref: string): Promise<PhoneNumber[]> {
      const { inbox } = await visibleInbox(db.read, actor, ref);
      return (await numbersOfInbox(db.read, inbox.id)).map(shownNumber);
    },

    buy: (actor: Actor, ref: string, typed: string) => buy(deps, actor, ref, typed),
    change: (actor: Actor, ref: string, id: string, change: NumberChange) =>
      changeNumber(deps, actor, ref, id, change),
    release: (actor: Actor, ref: string, id: string) => release(deps, actor, ref, id),
  };
}

const MOST_FOUND = 30;

/** Providers take a prefix for a wish. */
function begins(
  e164: string,
  { areaCode = '', prefix = '', country = 'US' }: Partial<NumberSearch>,
): boolean {
  if (country !== 'US' && country !== 'CA') return true;
  const national = e164.slice('+1'.length);
  return national.startsWith(areaCode) && national.slice(3).startsWith(prefix);
}

export function shownNumber(number: StoredNumber): PhoneNumber {
  const { id, inboxId, e164, isPrimary, sms, mms, voice, voiceForward, registration, createdAt } = number;
  return {
    id,
    inboxId,
    e164,
    shown: formatPhone(e164),
    primary: isPrimary,
    sms,
    mms,
    voice,
    voiceForward,
    registration,
    createdAt,
  };
}

/** What the provider says to something that an admin does, in the words of the table. */
async function atProvider<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProviderRefusal) {
      if (error.status === 401) throw new LatchboxError('not_connected', {}, { message: error.sentence });
      if (error.status === 404) throw refuse('not_found');
      throw new LatchboxError('conflict', {}, { message: error.sentence });
    }
    if (error instanceof ProviderAway)
      throw new LatchboxError(
        'not_connected',
        {},
        { message: 'The provider cannot be reached; try again later.' },
      );
    throw error;
  }
}

function phoneOf(typed: string, path: string): Phone {
  const phone = readPhone(typed);
  if (phone === undefined) throw invalid(path, 'is no phone number');
  return phone;
}

const BUY = { action: 'number.bought', objectType: 'inbox' };

async function buy(deps: NumbersDeps, actor: Actor, ref: string, typed: string): Promise<PhoneNumber> {
  const { provider, publicUrl } = deps;
  const phone = phoneOf(typed, 'number');
  const act = { ...BUY, objectId: ref };
  // Who may is known before anything is bought, and looked at again when it is written down.
  await administer(deps, actor, act, async (tx) => {
    await requireAdmin(tx, actor);
    await managedInbox(tx, actor, ref);
  });
  const bought = await atProvider(() =>
    provider.buyNumber(phone.e164, { sms: `${publicUrl}${INBOUND_PATH}`, ...deps.voiceHooks }),
  );
  try {
    const { number, teamId } = await administer(deps, actor, act, (tx) =>
      keep(tx, deps, actor, ref, phone, bought),
    );
    if (number.registration === 'unassigned') await deps.campaignWanted(teamId);
    return shownNumber(number);
  } catch (error) {
    // Nobody pays for what no inbox has.
    await provider.releaseNumber(bought.sid).catch((failed: unknown) => {
      deps.log.error('A number was bought and could neither be kept nor given back', {
        error: String(failed),
      });
    });
    if (violates(error, 'numbers_e164'))
      throw new LatchboxError('conflict', {}, { message: 'An inbox has this number.' });
    throw error;
  }
}

type Bought = Awaited<ReturnType<Provider['buyNumber']>>;

async function keep(
  tx: Tx,
  { wake }: NumbersDeps,
  actor: Actor,
  ref: string,
  phone: Phone,
  { sid, capabilities }: Bought,
): Promise<{ readonly number: StoredNumber; readonly teamId: string }> {
  await requireAdmin(tx, actor);
  const { inbox } = await managedInbox(tx, actor, ref);
  const others = await numbersOfInbox(tx.db, inbox.id);
  const number = {
    id: newId('num'),
    inboxId: inbox.id,
    e164: phone.e164,
    providerSid: sid,
    ...capabilities,
    tollFree: phone.kind === 'toll_free',
    isPrimary: others.length === 0,
    voiceForward: null,
    registration: needsCampaign(phone) ? ('unassigned' as const) : ('not_needed' as const),
  };
  const details = { number: phone.e164 };
  await writeAudit(tx, { ...BUY, actorId: actor.agentId, objectId: inbox.id, details });
  await tellingMembers(tx, wake, inbox.id, () => insertNumber(tx, number));
  return { number: { ...number, createdAt: tx.now, releasedAt: null }, teamId: inbox.teamId };
}

export interface NumberChange {
  readonly primary?: true | undefined;
  readonly voiceForward?: string | null | undefined;
}

async function numberOf(db: Handle, inboxId: string, id: string): Promise<StoredNumber> {
  const number = await numberById(db, id);
  if (number?.inboxId !== inboxId || number.releasedAt !== null) throw refuse('not_found');
  return number;
}

async function changeNumber(
  deps: NumbersDeps,
  actor: Actor,
  ref: string,
  id: string,
  { primary, voiceForward }: NumberChange,
): Promise<PhoneNumber> {
  const act = { action: 'number.changed', objectType: 'inbox', objectId: ref };
  const forward =
    voiceForward === undefined || voiceForward === null
      ? voiceForward
      : phoneOf(voiceForward, 'voiceForward').e164;
  return await administer(deps, actor, act, async (tx) => {
    const { inbox } = await managedInbox(tx, actor, ref);
    const before = await numberOf(tx.db, inbox.id, id);
    if (primary === true) await makePrimary(tx, before);
    if (forward !== undefined) await setVoiceForward(tx, id, forward);
    const details = { number: before.e164, primary: primary ?? false, voiceForward: forward ?? null };
    await writeAudit(tx, { ...act, actorId: actor.agentId, objectId: inbox.id, details });
    return shownNumber(await numberOf(tx.db, inbox.id, id));
  });
}

async function release(deps: NumbersDeps, actor: Actor, ref: string, id: string): Promise<void> {
  const act = { action: 'number.released', objectType: 'inbox', objectId: ref };
  const number = await administer(deps, actor, act, async (tx) => {
    await requireAdmin(tx, actor);
    const { inbox } = await managedInbox(tx, actor, ref);
    return await numberOf(tx.db, inbox.id, id);
  });
  await atProvider(() => deps.provider.releaseNumber(number.providerSid)).catch((error: unknown) => {
    // One that the provider does not have is given back.
    if (!LatchboxError.is(error, 'not_found')) throw error;
  });
  await administer(deps, actor, act, async (tx) => {
    await tellingMembers(tx, deps.wake, number.inboxId, async () => {
      if (!(await markReleased(tx, id))) return;
      const [next] = await numbersOfInbox(tx.db, number.inboxId);
      if (number.isPrimary && next !== undefined) await makePrimary(tx, next);
      const details = { number: number.e164 };
      await writeAudit(tx, { ...act, actorId: actor.agentId, objectId: number.inboxId, details });
    });
  });
}
