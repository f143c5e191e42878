/** Calls of the demo, at times that have passed: kept as every other call, with sounds that are made up. */
import { callBySid, insertCall, writeStep } from '../../database/voice/calls.ts';
import { insertVoicemail, transcribeVoicemail } from '../../database/voice/voicemails.ts';
import { numberByE164 } from '../../database/texting/numbers.ts';
import { spokenSound } from '../sms/carrier/sound.ts';
import { type CallDeps, takeFurther } from './calls.ts';
import { begun } from './in/incoming.ts';
import { fileVoicemails, type RecordingDeps } from './in/recordings.ts';

export interface DemoCall {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly taken: { readonly agentId: string; readonly seconds: number } | undefined;
  readonly voicemail: { readonly seconds: number; readonly words: string } | undefined;
}

/** Tells one call. Told again after a crash half-way it changes nothing. */
export async function tellCall(
  deps: CallDeps & Omit<RecordingDeps, 'fetchMedia'>,
  call: DemoCall,
): Promise<void> {
  const { db } = deps;
  const { sid, from: address, to, taken, voicemail } = call;
  const number = await numberByE164(db.read, to);
  if (number === undefined || (await callBySid(db.read, sid)) !== undefined) return;
  const id = await db.inTransaction(async (tx) => {
    const row = { ...begun('in', tx.now), sid, numberId: number.id, address };
    if (await insertCall(tx, row)) await writeStep(tx, row.id, 'called', { from: address, to });
    return row.id;
  });
  if (taken === undefined) await takeFurther(deps, id, { state: 'missed', why: 'no_answer' });
  else {
    await takeFurther(deps, id, { state: 'talking', agentId: taken.agentId });
    await takeFurther(deps, id, { state: 'ended', seconds: taken.seconds });
  }
  if (voicemail === undefined) return;
  const { seconds, words } = voicemail;
  await db.inTransaction(async (tx) => {
    await insertVoicemail(tx, {
      sid: `${sid}-voice`,
      callId: id,
      url: 'https://demo.invalid/voice.wav',
      seconds,
    });
    await transcribeVoicemail(tx, `${sid}-voice`, words);
  });
  const sound = () => Promise.resolve({ body: spokenSound(seconds), type: 'audio/wav' });
  await fileVoicemails({ ...deps, fetchMedia: sound });
}
