/** Bodies that a provider of texts would not send, signed and not, and what must hold of them. */

import { createWebhooks } from '../../server/src/channels/sms/in/webhooks.ts';
import { readStatus, readTextIn } from '../../server/src/channels/sms/in/text-in.ts';
import { optWord } from '../../server/src/channels/sms/rules/opt-words.ts';
import { type Fields, isSigned, signForm } from '../../server/src/channels/sms/rules/signature.ts';
import type { Random } from '../hostile/fuzz.ts';
import { MOST_TIME } from './judge.ts';

const TOKEN = 'token-of-the-fuzzer';
const NAMES = [
  'MessageSid',
  'SmsSid',
  'From',
  'To',
  'Body',
  'NumMedia',
  'MediaUrl0',
  'MediaContentType0',
  'MessageStatus',
  'ErrorCode',
  'OptOutType',
  'body',
  '',
];
const VALUES = [
  'SM1',
  '+15550100',
  'STOP',
  ' stop! ',
  'stop please',
  '-1',
  '999999999999',
  '1e9',
  'http://169.254.169.254/',
  '💩\ud800',
  '\u0000',
  '%',
  '../..',
  'delivered',
  'x'.repeat(100_000),
  '',
];
const URLS = [
  'https://shop.example/api/sms/inbound',
  'https://shop.example:443/api/sms/status?entry=../x',
  'http://[::1]:1/api/sms/inbound?bodySHA256=0',
  'https://shop.example/api/sms/inbound?bodySHA256=%zz',
  'https://shop.example/elsewhere',
];

/** No door takes more of one. */
const MOST_BYTES = 1_024 * 1_024;

function oddBody(random: Random): Buffer {
  const fields = Array.from({ length: random.chance(0.02) ? 20_000 : Math.floor(random() * 12) }, () =>
    random.chance(0.8)
      ? `${encodeURIComponent(random.pick(NAMES))}=${encodeURIComponent(random.pick(VALUES).toWellFormed())}`
      : random.pick(['%', '&&&', '=', '%00=%ff', '+%', '{"a":1}', '\u0000', '<xml/>']),
  );
  return Buffer.from(fields.join('&'), random.chance(0.9) ? 'utf8' : 'latin1').subarray(0, MOST_BYTES);
}

/** Nothing behind the door is there: what gets to it would show. */
const behind = new Proxy(
  {},
  {
    get() {
      throw new Error('the body got to the store');
    },
  },
) as never;
const webhooks = createWebhooks({ token: TOKEN, heard: () => undefined, db: behind, log: behind } as never);

/** Plays one body: without its signature it gets nowhere, with it the fields that are read are what they are said to be. */
export async function judgeWebhook(random: Random): Promise<void> {
  const before = process.threadCpuUsage();
  const [url, body] = [random.pick(URLS), oddBody(random)];
  const type = random.pick([
    'application/x-www-form-urlencoded',
    'application/json',
    'text/plain; charset=utf-16',
    '',
  ]);
  const forged = random.pick(['', 'x', '='.repeat(1_000), signForm('another token', url, [])]);
  const headers = { 'x-twilio-signature': forged, ...(type === '' ? {} : { 'content-type': type }) };
  const { status } = await webhooks(
    new Request(url, { method: 'POST', headers, body: new Uint8Array(body) }),
  );
  if (status !== 403 && status !== 404) throw new Error(`a forged body was answered with ${status}`);
  const fields: Fields = [...new URLSearchParams(body.toString('utf8'))];
  if (!isSigned(TOKEN, { url, signature: signForm(TOKEN, url, fields), body: fields }))
    throw new Error('a signature that is right is refused');
  const text = readTextIn(fields);
  if (text !== undefined && (text.media.length > 10 || !/^[\w-]{1,64}$/.test(text.sid)))
    throw new Error('a text out of bounds');
  const news = readStatus(fields);
  if (news !== undefined && news.errorCode !== null && !Number.isSafeInteger(news.errorCode))
    throw new Error('an odd code');
  optWord(text?.body ?? '');
  const { user, system } = process.threadCpuUsage(before);
  if ((user + system) / 1_000 > MOST_TIME) throw new Error(`took ${Math.round((user + system) / 1_000)} ms`);
}
