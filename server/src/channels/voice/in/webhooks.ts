import { signedFields } from '../../sms/in/webhooks.ts';
import { HOOKS, type HookName, VOICE_PATH, type VoiceDeps } from '../deps.ts';
import { twiml } from '../twiml.ts';
import { type CallFields, readCallFields } from './fields.ts';
import { accept, called, type Picked, rang, recorded, take } from './incoming.ts';
import { bridge, bridged, connect, leg } from './outgoing.ts';
import { recording, transcript } from './recordings.ts';
import { status } from './status.ts';

const answer = (code: number, text: string): Response =>
  new Response(text, { status: code, headers: { 'content-type': 'text/plain; charset=utf-8' } });

interface Asked {
  readonly fields: CallFields;
  /** The call that it is about, as it stands in the address that we gave the provider. */
  readonly id: string;
  readonly picked: Picked;
}
type Answering = (deps: VoiceDeps, asked: Asked) => Promise<Response>;

/** What only tells something is answered by nothing. */
const told =
  (tell: (deps: VoiceDeps, asked: Asked) => Promise<void>): Answering =>
  async (deps, asked) => {
    await tell(deps, asked);
    return twiml();
  };

const ANSWERS: Readonly<Record<HookName, Answering>> = {
  inbound: async (deps, { fields }) => {
    const answered = await called(deps, fields);
    if (answered !== 'not our number') return answered;
    deps.log.warn('A call came to a number that is not ours', { sid: fields.sid });
    return answer(404, 'No inbox has this number.');
  },
  rang: (deps, { id, picked, fields }) => rang(deps, id, picked.attempt, fields),
  take: (deps, { picked }) => take(deps, picked),
  accept: (deps, { picked }) => accept(deps, picked),
  recorded: (deps, { id }) => recorded(deps, id),
  recording: told((deps, { id, fields }) => recording(deps, id, fields)),
  transcript: told((deps, { fields }) => transcript(deps, fields)),
  status: told((deps, { id, fields }) => status(deps, id === '' ? undefined : id, fields)),
  bridge: (deps, { id }) => bridge(deps, id),
  connect: (deps, { id }) => connect(deps, id),
  bridged: (deps, { id, fields }) => bridged(deps, id, fields),
  leg: told((deps, { id, fields }) => leg(deps, id, fields)),
};

/** Answers what the provider calls about calls. The address of the request is the public one, as it was signed. */
export function createVoiceWebhooks(deps: VoiceDeps): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    const name = HOOKS.find((known) => url.pathname === `${VOICE_PATH}${known}`);
    if (name === undefined) return answer(404, 'Not found.');
    if (request.method !== 'POST') return answer(405, 'Call this by POST.');
    const signed = await signedFields(deps, request);
    if (signed === undefined) return answer(403, 'The signature is missing or wrong.');
    const fields = readCallFields(signed);
    if (fields === undefined) return answer(400, 'This is no call.');
    const number = (key: string): number => Number(url.searchParams.get(key) ?? Number.NaN);
    const id = url.searchParams.get('call') ?? '';
    const picked = { call: id, attempt: number('attempt'), target: number('target') };
    return await ANSWERS[name](deps, { fields, id, picked });
  };
}
