import type { Log } from '../../../lib/log.ts';
import { type Fields, isSigned } from '../rules/signature.ts';
import { receiveText, type TextIntakeDeps } from './intake.ts';
import { receiveStatus } from './status.ts';
import { readStatus, readTextIn } from './text-in.ts';

export interface WebhookDeps extends TextIntakeDeps {
  /** Of the account; what is not signed with it is nobody's. */
  readonly token: string;
  /** Told after news were kept. */
  readonly heard: () => void;
}

/** Answers what the provider calls. The address of the request is the public one, as it was signed. */
export type Webhooks = (request: Request) => Promise<Response>;

export const INBOUND_PATH = '/api/sms/inbound';
const STATUS_PATH = '/api/sms/status';

/** No words of ours: the provider itself confirms a STOP, and the customer gets one confirmation. */
const NO_ANSWER = '<?xml version="1.0" encoding="UTF-8"?>\n<Response/>\n';
const FORM = 'application/x-www-form-urlencoded';

const answer = (status: number, text: string): Response =>
  new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
const understood = (): Response =>
  new Response(NO_ANSWER, { headers: { 'content-type': 'text/xml; charset=utf-8' } });

export function createWebhooks(deps: WebhookDeps): Webhooks {
  return async (request) => {
    const url = new URL(request.url);
    if (url.pathname !== INBOUND_PATH && url.pathname !== STATUS_PATH) return answer(404, 'Not found.');
    if (request.method !== 'POST') return answer(405, 'Call this by POST.');
    const fields = await signedFields(deps, request);
    if (fields === undefined) return answer(403, 'The signature is missing or wrong.');
    return url.pathname === INBOUND_PATH
      ? await inbound(deps, fields, deps.log)
      : await status(deps, fields, url.searchParams.get('entry'));
  };
}

/** The form fields of a request that the provider signed; a signed body that is no form has none. */
export async function signedFields(
  { token }: Pick<WebhookDeps, 'token'>,
  request: Request,
): Promise<Fields | undefined> {
  const signature = request.headers.get('x-twilio-signature') ?? '';
  const bytes = Buffer.from(await request.arrayBuffer());
  const isForm = (request.headers.get('content-type') ?? '').toLowerCase().startsWith(FORM);
  const fields: Fields = isForm ? [...new URLSearchParams(bytes.toString('utf8'))] : [];
  const signed = isSigned(token, { url: request.url, signature, body: isForm ? fields : bytes });
  return signed ? fields : undefined;
}

async function inbound(deps: WebhookDeps, fields: Fields, log: Log): Promise<Response> {
  const text = readTextIn(fields);
  if (text === undefined) return answer(400, 'This is no text.');
  const result = await receiveText(deps, text);
  if (result !== 'not our number') return understood();
  log.warn('A text came to a number that is not ours', { sid: text.sid });
  return answer(404, 'No inbox has this number.');
}

const ENTRY_ID = /^[A-Za-z0-9_-]{1,64}$/;

async function status(deps: WebhookDeps, fields: Fields, entry: string | null): Promise<Response> {
  const news = readStatus(fields);
  if (news === undefined) return answer(400, 'This is no news of a text.');
  const entryId = entry !== null && ENTRY_ID.test(entry) ? entry : null;
  if (await receiveStatus(deps.db, { ...news, entryId })) deps.heard();
  return understood();
}
