/** Voicemail: the recording is fetched when the provider has it, and becomes a message of its conversation. */
import type { Database, Tx } from '../../../database/database.ts';
import { insertAttachments } from '../../../database/attachments.ts';
import { changeEntry } from '../../../database/entries.ts';
import { smsConversation, insertSmsThread } from '../../../database/texting/threads.ts';
import { callById, type CallOnNumber, writeStep } from '../../../database/voice/calls.ts';
import {
  dueVoicemails,
  insertVoicemail,
  placeVoicemail,
  type StoredVoicemail,
  takeVoicemail,
  transcribeVoicemail,
  voicemailBySid,
} from '../../../database/voice/voicemails.ts';
import { audioType } from '../../../files/audio-type.ts';
import { newId } from '../../../lib/ids.ts';
import { formatPhone, readPhone, textsOn } from '../../../lib/phone.ts';
import type { KeptPlace } from '../../../messaging/api.ts';
import { changeWords } from '../../../messaging/entries/calls.ts';
import { toAttachment } from '../../../database/attachments.ts';
import { violates } from '../../../database/unique-violation.ts';
import { cleanText } from '../../email/in/clean-text.ts';
import type { VoiceDeps } from '../deps.ts';
import { type CallFields, secondsIn } from './fields.ts';

/** What filing needs. */
export type RecordingDeps = Pick<VoiceDeps, 'db' | 'log' | 'files' | 'fetchMedia' | 'messaging'>;

const SID = /^[A-Za-z0-9_-]{1,64}$/;
/** Bytes; ten minutes have at most as much at the rate that providers record with. */
const MAX_AUDIO = 12 * 1_024 * 1_024;
const MAX_TRANSCRIPT = 10_000;
/** Ms for fetching, and until the next try of a server that died meanwhile. */
const TIME = 20_000;
const TAKEN_FOR = 60_000;
/** Ms until it is tried again, and how often. */
const PAUSES = [2_000, 10_000, 60_000, 300_000, 1_800_000] as const;
const BATCH = 10;

/** The provider has a recording. */
export async function recording(deps: VoiceDeps, callId: string, fields: CallFields): Promise<void> {
  const { field } = fields;
  const [sid, url, state] = [field('RecordingSid'), field('RecordingUrl'), field('RecordingStatus')];
  const seconds = secondsIn(field('RecordingDuration')) ?? 0;
  if (!SID.test(sid) || !URL.canParse(url) || (state !== '' && state !== 'completed')) return;
  // A caller who said nothing left no message.
  if (seconds === 0) return;
  const call = await callById(deps.db.read, callId);
  if (call === undefined) return;
  const isNew = await deps.db.inTransaction(async (tx) => {
    if (!(await insertVoicemail(tx, { sid, callId, url, seconds }))) return false;
    await writeStep(tx, callId, 'recorded', { seconds });
    return true;
  });
  if (isNew) deps.heard();
}

/** The provider wrote down what was said. */
export async function transcript(deps: VoiceDeps, { field }: CallFields): Promise<void> {
  if (field('TranscriptionStatus') !== 'completed') return;
  const text = cleanText(field('TranscriptionText')).trim().slice(0, MAX_TRANSCRIPT);
  if (text === '') return;
  await deps.db.inTransaction(async (tx) => {
    const voicemail = await transcribeVoicemail(tx, field('RecordingSid'), text);
    if (voicemail === undefined) return;
    const { conversationId, position } = voicemail;
    // One that is not filed yet gets these words with its message.
    if (conversationId !== null && position !== null)
      await changeWords(tx, deps, { conversationId, position }, text);
  });
}

/** One look: files what is due. */
export async function fileVoicemails(deps: RecordingDeps): Promise<void> {
  const { db } = deps;
  for (const voicemail of await dueVoicemails(db.read, await db.now(), BATCH)) {
    const pause = PAUSES[voicemail.attempts];
    const taken = await db.inTransaction((tx) =>
      takeVoicemail(tx, voicemail, tx.now + (pause ?? 0) + TAKEN_FOR),
    );
    if (taken) await fileOne(deps, voicemail, pause);
  }
}

async function fileOne(
  deps: RecordingDeps,
  voicemail: StoredVoicemail,
  pause: number | undefined,
): Promise<void> {
  const { db, log, files } = deps;
  const call = await callById(db.read, voicemail.callId);
  if (call === undefined) return;
  let audio: Audio | undefined;
  try {
    audio = await fetchAudio(deps, voicemail);
  } catch (error) {
    // Its address stays out of the log.
    log.warn('A voicemail could not be fetched', { sid: voicemail.sid, reason: String(error) });
    if (pause !== undefined) {
      await putOff(db, voicemail, pause);
      return;
    }
  }
  const { duplicate } = await file(deps, call, voicemail, audio);
  if (duplicate && audio !== undefined) await files.remove(audio.row.file);
}

async function putOff(db: Database, { sid, attempts }: StoredVoicemail, pause: number): Promise<void> {
  const now = await voicemailBySid(db.read, sid);
  if (now === undefined || now.attempts !== attempts + 1) return;
  await db.inTransaction((tx) => takeVoicemail(tx, { ...now, attempts }, tx.now + pause));
}

type Audio = Awaited<ReturnType<typeof fetchAudio>>;

async function fetchAudio({ fetchMedia, files }: RecordingDeps, { url, seconds }: StoredVoicemail) {
  // Without an ending providers answer with a recording that is eight times as large.
  const small = new URL(/\.(mp3|wav)$/.test(url) ? url : `${url}.mp3`);
  const { body } = await fetchMedia(small, { max: MAX_AUDIO, signal: AbortSignal.timeout(TIME) });
  const type = audioType(body.subarray(0, 16));
  if (type === undefined) throw new Error('this is no recording');
  const stored = await files.write([body], { max: MAX_AUDIO });
  const row = {
    id: newId('att'),
    agentId: null,
    name: `voicemail-${seconds}s.${type === 'audio/mpeg' ? 'mp3' : 'wav'}`,
    type,
    ...stored,
    contentId: null,
    inline: false,
  };
  return { row, shown: toAttachment({ ...row, conversationId: null, position: null }) };
}

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

async function file(
  deps: RecordingDeps,
  call: CallOnNumber,
  voicemail: StoredVoicemail,
  audio: Audio | undefined,
): Promise<{ readonly duplicate: boolean }> {
  const { numberId, address, inboxId, e164 } = call;
  const { sid, seconds } = voicemail;
  const missing = audio === undefined ? '\n(The recording could not be fetched from the provider.)' : '';
  const receive = () =>
    deps.messaging.receive({
      inboxId,
      channel: 'sms',
      providerId: sid,
      from: { name: readPhone(address) === undefined ? 'Hidden number' : formatPhone(address), address },
      subject: textsOn(e164),
      body: voicemail.transcript ?? `Voicemail, ${clock(seconds)}${missing}`,
      conversationId: null,
      find: async (tx) => ({
        conversationId: (await smsConversation(tx.db, numberId, address)) ?? null,
        // The caller has heard what stands before the tone; many phones that call get no texts.
        unanswerable: true,
        extra: {
          voicemail: { callId: call.id, seconds },
          ...(audio === undefined ? {} : { attachments: [audio.shown] }),
        },
      }),
      keep: (tx, place) => keep(tx, call, voicemail, audio, place),
    });
  try {
    return await receive();
  } catch (error) {
    if (!violates(error, 'sms_threads_parties')) throw error;
    return await receive();
  }
}

async function keep(
  tx: Tx,
  call: CallOnNumber,
  voicemail: StoredVoicemail,
  audio: Audio | undefined,
  { conversationId, position }: KeptPlace,
): Promise<void> {
  const { numberId, address } = call;
  if ((await smsConversation(tx.db, numberId, address)) === undefined)
    await insertSmsThread(tx, { conversationId, numberId, address });
  if (audio !== undefined) await insertAttachments(tx, [{ ...audio.row, conversationId, position }]);
  await placeVoicemail(tx, voicemail.sid, { conversationId, position });
  await writeStep(tx, call.id, 'voicemail', { conversationId, position });
  // What was said may have been told since.
  const said = (await voicemailBySid(tx.db, voicemail.sid))?.transcript;
  if (said != null && said !== voicemail.transcript)
    await changeEntry(tx, { conversationId, position }, { body: said });
}
