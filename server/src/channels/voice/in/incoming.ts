/** A customer calls: what the provider is told to do, question by question. */
import { agentById } from '../../../database/directory/agents.ts';
import { inboxByRef } from '../../../database/directory/inboxes.ts';
import { numberByE164 } from '../../../database/texting/numbers.ts';
import {
  callById,
  callBySid,
  type CallOnNumber,
  insertCall,
  type StoredCall,
  writeStep,
} from '../../../database/voice/calls.ts';
import { newId } from '../../../lib/ids.ts';
import { readPhone } from '../../../lib/phone.ts';
import { askAfter, rankOf, takeFurther, wasTaken } from '../calls.ts';
import type { VoiceDeps } from '../deps.ts';
import { type Happened, nextStep, type Plan, type Target } from '../routing/next-step.ts';
import { planOf } from '../routing/plan.ts';
import { hangUp, say, twiml, verb } from '../twiml.ts';
import type { CallFields } from './fields.ts';

/** Seconds that a call may last, and that somebody has to press a key. */
const LONGEST = 4 * 3_600;
const KEY_WAIT = 8;

/** One of our numbers is called. The same call brought again is answered alike. */
export async function called(deps: VoiceDeps, fields: CallFields): Promise<Response | 'not our number'> {
  const { db } = deps;
  const number = await numberByE164(db.read, fields.to);
  if (number === undefined) return 'not our number';
  const known = await callBySid(db.read, fields.sid);
  if (known !== undefined) return await after(deps, known, { what: 'began' });
  const open = await deps.isOpen(number.inboxId, await db.now());
  const plan = await planOf(db.read, number, { from: fields.from, open });
  const call = await db.inTransaction(async (tx) => {
    const { sid, from: address } = fields;
    const row = { ...begun('in', tx.now), sid, numberId: number.id, address, plan: JSON.stringify(plan) };
    if (await insertCall(tx, row)) await writeStep(tx, row.id, 'called', { from: address, to: number.e164 });
    return await callBySid(tx.db, sid);
  });
  if (call === undefined) throw new Error('a call is neither new nor known');
  return await after(deps, call, { what: 'began' });
}

/** A call that begins now. */
export function begun(direction: 'in' | 'out', now: number): Omit<StoredCall, 'numberId' | 'address'> {
  const state = direction === 'in' ? 'incoming' : 'calling';
  return {
    id: newId('cal'),
    sid: null,
    direction,
    conversationId: null,
    position: null,
    agentId: null,
    clientId: null,
    forwardedTo: null,
    state,
    rank: rankOf(state),
    why: null,
    plan: null,
    startedAt: now,
    answeredAt: null,
    endedAt: null,
    seconds: null,
    steps: 0,
    dueAt: now + (askAfter(state) ?? 0),
  };
}

const planIn = (call: CallOnNumber): Plan => JSON.parse(call.plan ?? 'null') as Plan;

/** Does the next step of a call, after something happened to it. */
async function after(deps: VoiceDeps, call: CallOnNumber, happened: Happened): Promise<Response> {
  const plan = planIn(call);
  const step = nextStep(plan, happened);
  await deps.db.inTransaction((tx) => writeStep(tx, call.id, step.step, { ...step, step: undefined }));
  if (step.step === 'dial') return dial(deps, call, plan, step.attempt);
  if (step.why !== 'over') await takeFurther(deps, call.id, { state: 'missed', why: step.why });
  if (step.step === 'voicemail') return voicemail(deps, call, plan);
  return step.apology
    ? twiml(say('Nobody can take your call right now. Please call again later.'), hangUp())
    : twiml(hangUp());
}

function dial(deps: VoiceDeps, call: CallOnNumber, plan: Plan, attempt: number): Response {
  const { targets = [], seconds = 0 } = plan.attempts[attempt] ?? {};
  const at = { call: call.id, attempt };
  // Whoever is rung sees who calls; a caller who hides that has no number to show.
  const callerId = readPhone(call.address) === undefined ? call.e164 : undefined;
  const attributes = {
    timeout: seconds,
    timeLimit: LONGEST,
    answerOnBridge: true,
    callerId,
    action: deps.hook('rang', at),
    method: 'POST',
  };
  const numbers = targets.map(({ e164 }, target) =>
    verb('Number', { url: deps.hook('take', { ...at, target }), method: 'POST' }, e164),
  );
  return twiml(verb('Dial', attributes, numbers));
}

function voicemail(deps: VoiceDeps, call: CallOnNumber, { voicemail: box }: Plan): Response {
  if (box === null) return twiml(hangUp());
  const at = { call: call.id };
  const record = verb('Record', {
    maxLength: box.seconds,
    timeout: 8,
    finishOnKey: '#',
    playBeep: true,
    trim: 'trim-silence',
    action: deps.hook('recorded', at),
    method: 'POST',
    recordingStatusCallback: deps.hook('recording', at),
    recordingStatusCallbackMethod: 'POST',
    ...(box.transcribe ? { transcribe: true, transcribeCallback: deps.hook('transcript', at) } : {}),
  });
  // Without a word the recording ends by itself and asks nothing: this is what comes then.
  return twiml(say(box.text), record, hangUp());
}

/** The phones of an attempt ring no more. */
export async function rang(
  deps: VoiceDeps,
  id: string,
  attempt: number,
  fields: CallFields,
): Promise<Response> {
  const call = await callById(deps.db.read, id);
  if (call === undefined) return twiml(hangUp());
  const taken = wasTaken(call) || fields.bridged;
  if (taken) {
    const { dialSeconds } = fields;
    await takeFurther(deps, id, {
      state: 'ended',
      ...(dialSeconds === undefined ? {} : { seconds: dialSeconds }),
    });
    return await after(deps, call, { what: 'rang', attempt, result: 'taken' });
  }
  return await after(deps, call, { what: 'rang', attempt, result: resultOf(fields) });
}

/** A phone that was picked up without a key being pressed (`completed`) was a voicemail, or somebody who did not want to. */
function resultOf({ status, dialStatus }: CallFields): Extract<Happened, { what: 'rang' }>['result'] {
  if (status === 'completed' || dialStatus === 'canceled') return 'gone';
  if (dialStatus === 'busy' || dialStatus === 'failed') return dialStatus;
  return 'no_answer';
}

export interface Picked {
  readonly call: string;
  readonly attempt: number;
  readonly target: number;
}

/** A phone was picked up: whoever it is presses a key first, where it is wanted. */
export async function take(deps: VoiceDeps, picked: Picked): Promise<Response> {
  const call = await callById(deps.db.read, picked.call);
  const target = call && targetOf(call, picked);
  if (call === undefined || target === undefined) return twiml(hangUp());
  if (!planIn(call).pressToAnswer) return await accept(deps, picked);
  const inbox = await inboxByRef(deps.db.read, call.inboxId);
  const words = `A call for ${inbox?.name ?? 'your team'}. Press any key to take it.`;
  const gather = verb(
    'Gather',
    { numDigits: 1, timeout: KEY_WAIT, action: deps.hook('accept', { ...picked }), method: 'POST' },
    [say(words)],
  );
  return twiml(gather, hangUp());
}

/** Somebody takes the call. The first one has it; another one who picked up at the same moment is told so. */
export async function accept(deps: VoiceDeps, picked: Picked): Promise<Response> {
  const call = await callById(deps.db.read, picked.call);
  const target = call && targetOf(call, picked);
  if (call === undefined || target === undefined) return twiml(hangUp());
  const agentId =
    target.agentId !== null && (await agentById(deps.db.read, target.agentId))?.state === 'active';
  const first = await takeFurther(deps, call.id, {
    state: 'talking',
    agentId: agentId ? target.agentId : null,
    forwardedTo: agentId ? null : target.e164,
  });
  if (first || (await isTheirs(deps, call.id, target))) return twiml();
  return twiml(say('A colleague has taken this call.'), hangUp());
}

/** The same answer to the same question: a provider that did not hear it asks again. */
async function isTheirs({ db }: VoiceDeps, id: string, { agentId, e164 }: Target): Promise<boolean> {
  const call = await callById(db.read, id);
  if (call?.state !== 'talking') return false;
  return call.agentId === null ? call.forwardedTo === e164 : call.agentId === agentId;
}

function targetOf(call: CallOnNumber, { attempt, target }: Picked): Target | undefined {
  return planIn(call).attempts[attempt]?.targets[target];
}

/** The caller has spoken. */
export async function recorded(deps: VoiceDeps, id: string): Promise<Response> {
  const call = await callById(deps.db.read, id);
  return call === undefined ? twiml(hangUp()) : await after(deps, call, { what: 'recorded' });
}
