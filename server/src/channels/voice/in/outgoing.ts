/** An agent calls: the agent's own phone was picked up, and the contact's rings. */
import { callById } from '../../../database/voice/calls.ts';
import { formatPhone } from '../../../lib/phone.ts';
import { takeFurther } from '../calls.ts';
import type { VoiceDeps } from '../deps.ts';
import { hangUp, say, twiml, verb } from '../twiml.ts';
import type { CallFields } from './fields.ts';

/** Seconds that a contact's phone rings, that a call may last, and that an agent has to press a key. */
const RING = 40;
const LONGEST = 4 * 3_600;
const KEY_WAIT = 10;

/** The agent picked up; or an agent's voicemail did, which presses no key. */
export async function bridge(deps: VoiceDeps, id: string): Promise<Response> {
  const call = await callById(deps.db.read, id);
  if (call?.direction !== 'out') return twiml(hangUp());
  const words = `Press any key to call ${formatPhone(call.address)}.`;
  const gather = verb(
    'Gather',
    { numDigits: 1, timeout: KEY_WAIT, action: deps.hook('connect', { call: id }), method: 'POST' },
    [say(words)],
  );
  return twiml(gather, hangUp());
}

export async function connect(deps: VoiceDeps, id: string): Promise<Response> {
  const call = await callById(deps.db.read, id);
  if (call?.direction !== 'out') return twiml(hangUp());
  await takeFurther(deps, id, { state: 'ringing' });
  const attributes = {
    // What the contact sees.
    callerId: call.e164,
    timeout: RING,
    timeLimit: LONGEST,
    action: deps.hook('bridged', { call: id }),
    method: 'POST',
  };
  const number = verb(
    'Number',
    {
      statusCallback: deps.hook('leg', { call: id }),
      statusCallbackEvent: 'answered',
      statusCallbackMethod: 'POST',
    },
    call.address,
  );
  return twiml(verb('Dial', attributes, [number]));
}

/** The contact picked up. */
export async function leg(deps: VoiceDeps, id: string, { status }: CallFields): Promise<void> {
  if (status === 'in-progress' || status === 'answered') await takeFurther(deps, id, { state: 'talking' });
}

/** The contact's phone rings no more, or they have talked. */
export async function bridged(deps: VoiceDeps, id: string, fields: CallFields): Promise<Response> {
  const { dialStatus, dialSeconds } = fields;
  if (dialStatus === 'completed' || dialStatus === 'answered') {
    const seconds = dialSeconds === undefined ? {} : { seconds: dialSeconds };
    await takeFurther(deps, id, { state: 'ended', ...seconds });
    return twiml(hangUp());
  }
  if (dialStatus === 'canceled') {
    await takeFurther(deps, id, { state: 'failed', why: 'hung_up' });
    return twiml(hangUp());
  }
  const why = dialStatus === 'busy' ? 'busy' : dialStatus === 'failed' ? 'failed' : 'no_answer';
  await takeFurther(deps, id, { state: 'failed', why });
  return twiml(say(WORDS[why]), hangUp());
}

const WORDS = {
  busy: 'The number is busy.',
  failed: 'The call could not be put through.',
  no_answer: 'Nobody answers.',
} as const;
