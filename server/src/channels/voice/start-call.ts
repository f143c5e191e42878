/** Click-to-call (W2): the agent's own phone is rung first, then bridged with the contact, who sees the number of the account. */
import { type CallFacts, LatchboxError, refuse } from '@latchbox/shared';
import type { HttpResponse } from '@latchbox/shared/http/index';
import { authorize } from '../../database/authorize.ts';
import { knownContact } from '../../database/composing.ts';
import type { Tx } from '../../database/database.ts';
import { numberByE164, type StoredNumber } from '../../database/texting/numbers.ts';
import { violates } from '../../database/unique-violation.ts';
import {
  callByClientId,
  callById,
  type CallOnNumber,
  insertCall,
  nameCall,
  stepsOf,
  writeStep,
} from '../../database/voice/calls.ts';
import { phoneOfAgent } from '../../database/voice/settings.ts';
import { invalid } from '../../directory/admin.ts';
import { addressOn } from '../../messaging/composing/address.ts';
import type { Author } from '../../messaging/api.ts';
import { ProviderAway, ProviderRefusal } from '../sms/provider/errors.ts';
import { factsOf, showCall, takeFurther } from './calls.ts';
import type { VoiceDeps } from './deps.ts';
import { begun } from './in/incoming.ts';

export interface StartInput {
  readonly clientId: string;
  /** `sms:<number>`. */
  readonly account: string;
  readonly to:
    | { readonly contactId: string }
    | { readonly address: string; readonly name?: string | undefined };
}

/** Seconds that the agent's own phone rings. */
const OWN_RINGS = 30;

/** Throws what the route says. That the contact wants no texts is no reason: that is about texts. */
export async function startCall(
  deps: VoiceDeps,
  author: Author,
  input: StartInput,
): Promise<HttpResponse<'startCall'>> {
  const { call, isNew, phone } = await store(deps, author, input);
  if (isNew) await place(deps, call, phone);
  const now = (await callById(deps.db.read, call.id)) ?? call;
  return { call: shown(now), conversationId: now.conversationId ?? '' };
}

function shown(call: CallOnNumber): CallFacts {
  const facts = factsOf(call);
  if (facts === undefined) throw new Error('an outgoing call has no state');
  return facts;
}

interface Begun {
  readonly call: CallOnNumber;
  readonly isNew: boolean;
  readonly phone: string;
}

async function store(deps: VoiceDeps, author: Author, input: StartInput): Promise<Begun> {
  const work = () => deps.db.inTransaction((tx) => storeOnce(tx, deps, author, input));
  try {
    return await work();
  } catch (error) {
    if (!violates(error, 'sms_threads_parties')) throw error;
    return await work();
  }
}

async function storeOnce(tx: Tx, deps: VoiceDeps, author: Author, input: StartInput): Promise<Begun> {
  const { agentId } = author;
  const number = await numberFor(tx, agentId, input.account);
  const { address, name } = await whom(tx, agentId, number, input.to);
  const known = await callByClientId(tx.db, agentId, input.clientId);
  if (known !== undefined) {
    if (known.numberId !== number.id || known.address !== address) throw refuse('idempotency_mismatch');
    return { call: known, isNew: false, phone: '' };
  }
  const phone = await phoneOfAgent(tx.db, agentId);
  if (phone === null) throw noPhone();
  if (address === number.e164 || address === phone) throw invalid('to.address', 'is one of the two who call');
  const row = { ...begun('out', tx.now), numberId: number.id, address, agentId, clientId: input.clientId };
  if (!(await insertCall(tx, row))) throw refuse('idempotency_mismatch');
  await writeStep(tx, row.id, 'calling', { from: number.e164, to: address });
  const call = { ...row, e164: number.e164, inboxId: number.inboxId };
  await showCall(tx, deps, call, name);
  return { call, isNew: true, phone };
}

const noPhone = (): LatchboxError =>
  new LatchboxError('not_connected', {}, { message: 'Say first which phone is yours, in your settings.' });

/** The number of an account that the agent may call from. */
async function numberFor(tx: Tx, agentId: string, account: string): Promise<StoredNumber> {
  const e164 = account.startsWith('sms:') ? account.slice('sms:'.length) : undefined;
  const number = e164 === undefined ? undefined : await numberByE164(tx.db, e164);
  if (number === undefined) throw refuse('not_found');
  await authorize(tx, agentId, 'reply', { inboxId: number.inboxId });
  if (!number.voice) throw invalid('account', 'has no calls');
  // As long as the carriers do not let it send, it is in nobody's choice (M4).
  if (number.registration !== 'not_needed' && number.registration !== 'ready') throw refuse('not_registered');
  return number;
}

async function whom(
  tx: Tx,
  agentId: string,
  number: StoredNumber,
  to: StartInput['to'],
): Promise<{ readonly address: string; readonly name: string | undefined }> {
  if ('address' in to) {
    const name = to.name?.trim();
    return { address: addressOn('sms', to.address, number.e164), name: name === '' ? undefined : name };
  }
  const known = await knownContact(tx.db, agentId, to.contactId);
  if (known.length === 0) throw refuse('not_found');
  const contact = known.find((one) => one.channel === 'sms');
  if (contact === undefined) throw invalid('to.contactId', 'has no phone number');
  // A number that was withheld cannot be called back.
  return { address: addressOn('sms', contact.address, number.e164), name: undefined };
}

/** Asks the provider to ring the agent's own phone. What becomes of it, it tells. */
async function place(deps: VoiceDeps, call: CallOnNumber, phone: string): Promise<void> {
  const about = { call: call.id };
  try {
    const { sid } = await deps.provider.call({
      from: call.e164,
      to: phone,
      url: deps.hook('bridge', about),
      statusCallback: deps.hook('status', about),
      timeout: OWN_RINGS,
    });
    await deps.db.inTransaction((tx) => nameCall(tx, call.id, sid));
  } catch (error) {
    if (!(error instanceof ProviderRefusal || error instanceof ProviderAway)) {
      // Nobody knows whether the phone rings: news will say, or the provider is asked later.
      deps.log.warn('Nobody knows whether a call was placed', { call: call.id, error: String(error) });
      return;
    }
    await takeFurther(deps, call.id, { state: 'failed', why: 'failed' });
    const message =
      error instanceof ProviderRefusal ? error.sentence : 'The provider cannot be reached; try again later.';
    throw new LatchboxError('not_connected', {}, { message });
  }
}

/** A call with its steps, for whoever sees its inbox. Throws `not_found`. */
export async function getCall(
  { db }: VoiceDeps,
  agentId: string,
  id: string,
): Promise<HttpResponse<'getCall'>> {
  const call = await callById(db.read, id);
  if (call === undefined) throw refuse('not_found');
  const { conversationId, inboxId } = call;
  await authorize(db.read, agentId, 'read', conversationId === null ? { inboxId } : { conversationId });
  return {
    conversationId,
    phone: call.address,
    agentId: call.agentId,
    call: factsOf(call) ?? null,
    steps: await stepsOf(db.read, id),
  };
}
