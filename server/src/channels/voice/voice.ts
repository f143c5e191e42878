/** Calls: what the provider asks and tells, what agents do, and what is done in the background. */
import { callById, dueCalls, putOffCall } from '../../database/voice/calls.ts';
import { createLoop, type Loop } from '../../lib/loop.ts';
import type { VoiceHooks } from '../sms/provider/provider.ts';
import { createMyPhone } from './admin/my-phone.ts';
import { createRoutings } from './admin/routings.ts';
import { takeFurther } from './calls.ts';
import type { VoiceDeps } from './deps.ts';
import { fileVoicemails } from './in/recordings.ts';
import { settle } from './in/status.ts';
import { createVoiceWebhooks } from './in/webhooks.ts';
import { isCallStatus } from './in/fields.ts';
import { getCall, startCall, type StartInput } from './start-call.ts';
import type { Author } from '../../messaging/api.ts';

export type OfficeHours = VoiceDeps['isOpen'];

/** Ms between two looks for recordings, and for calls of which no end was heard. */
const FETCH_EVERY = 1_000;
const LOOK_EVERY = 30_000;
/** Ms until the provider is asked about the same call again. */
const ASK_AGAIN = 300_000;
const BATCH = 20;

export function createVoice(given: Omit<VoiceDeps, 'heard'>) {
  const { clock, log } = given;
  const deps: VoiceDeps = { ...given, heard: () => fetcher.poke() };
  const fetcher = createLoop({
    clock,
    log,
    every: FETCH_EVERY,
    what: 'Voicemail could not be fetched',
    look: () => fileVoicemails(deps),
  });
  const asker = createLoop({
    clock,
    log,
    every: LOOK_EVERY,
    what: 'Calls could not be asked about',
    look: () => askAbout(deps),
  });
  const hooks: VoiceHooks = { voice: deps.hook('inbound'), status: deps.hook('status') };
  const loops: readonly Loop[] = [fetcher, asker];
  return {
    webhooks: createVoiceWebhooks(deps),
    hooks,
    loops,
    routings: createRoutings(deps, hooks),
    myPhone: createMyPhone(deps),
    calls: {
      start: (author: Author, input: StartInput) => startCall(deps, author, input),
      get: (agentId: string, id: string) => getCall(deps, agentId, id),
    },
  };
}

/** Asks the provider what became of calls of which no end was told: its news can be lost. */
export async function askAbout(deps: VoiceDeps): Promise<void> {
  const { db, provider } = deps;
  const now = await db.now();
  for (const id of await dueCalls(db.read, now, BATCH)) {
    if (!(await db.inTransaction((tx) => putOffCall(tx, id, now, tx.now + ASK_AGAIN)))) continue;
    const call = await callById(db.read, id);
    if (call === undefined) continue;
    if (call.sid === null) {
      // It was never heard of: nothing rang.
      await takeFurther(deps, id, { state: 'failed', why: 'failed' });
      continue;
    }
    const said = await provider.callStatus(call.sid);
    if (isCallStatus(said)) await settle(deps, call, said);
  }
}
