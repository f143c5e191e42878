/** The same questions about what is hidden from an agent and about what does not exist, through every door (I25). */

import { randomUUID } from 'node:crypto';
import { LatchboxError, type UpInput, type UpName } from '@latchbox/shared';
import { newId } from '../../../server/src/lib/ids.ts';
import type { Probe } from '../../tools/history-record.ts';
import { connectWire, type WireClient } from '../../tools/wire-client.ts';
import { MORTALS, NOISE, READER, type Rig } from './rig.ts';

/** How often each question is asked about each: enough to compare times. The first few warm up. */
const ROUNDS = 22;
const COLD = 2;

/** Ids of things in one inbox. */
interface Things {
  readonly inbox: string;
  readonly conversation: string;
  readonly file: string;
}

type Answer = Pick<Probe, 'code' | 'status' | 'body'>;
type Ask = (things: Things) => Promise<Answer>;

async function http(rig: Rig, method: string, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${rig.server(0).url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${rig.tokens.get(MORTALS[0]) ?? ''}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    signal: AbortSignal.timeout(5_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const code = /"code":"(\w+)"/.exec(text)?.[1] ?? 'ok';
  return { code, status: answer.status, body: text };
}

async function say<N extends UpName>(wire: WireClient, name: N, input: UpInput<N>): Promise<Answer> {
  try {
    return { code: 'ok', status: 0, body: JSON.stringify(await wire.call(name, input)) };
  } catch (error) {
    if (!LatchboxError.is(error)) throw error;
    const { code, message, details } = error;
    return { code, status: 0, body: JSON.stringify({ message, details }) };
  }
}

function questions(rig: Rig, wire: WireClient): Record<string, Ask> {
  const clientId = (): string => randomUUID();
  const later = Date.now() + 60_000;
  return {
    'socket conversation.open': ({ conversation }) =>
      say(wire, 'conversation.open', { conversationId: conversation, view: false, limit: 5 }),
    'socket lock.acquire': ({ conversation }) =>
      say(wire, 'lock.acquire', { conversationId: conversation, requestId: newId('req') }),
    'socket note.add': ({ conversation }) =>
      say(wire, 'note.add', { conversationId: conversation, clientId: clientId(), body: 'x' }),
    'socket stream.subscribe': ({ inbox }) =>
      say(wire, 'stream.subscribe', { stream: `inbox:${inbox}`, after: null }),
    'GET conversation': ({ conversation }) => http(rig, 'GET', `/api/conversations/${conversation}`),
    'GET inbox': ({ inbox }) => http(rig, 'GET', `/api/inboxes/${inbox}`),
    'POST reply': ({ conversation }) =>
      http(rig, 'POST', `/api/conversations/${conversation}/replies`, { clientId: clientId(), body: 'x' }),
    'GET link of a file': ({ file }) => http(rig, 'GET', `/api/attachments/${file}/link`),
    'GET file': ({ file }) => http(rig, 'GET', `/files/${file}/${later}/${'x'.repeat(43)}/page.txt`),
  };
}

/** A note with a file, in the inbox that the asker is no member of. */
async function hide(rig: Rig): Promise<Things> {
  const { inboxId: inbox = '', conversations: [conversation = ''] = [] } = rig.seeded.inboxes[NOISE] ?? {};
  const headers = { authorization: `Bearer ${rig.tokens.get(READER) ?? ''}` };
  const { url } = rig.server(0);
  const uploaded = await fetch(`${url}/api/attachments?name=page.txt`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    body: 'hidden',
  });
  const { id: file } = (await uploaded.json()) as { id: string };
  const noted = await fetch(`${url}/api/conversations/${conversation}/notes`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ clientId: randomUUID(), body: 'With a file', attachments: [file] }),
  });
  await noted.text();
  if (!uploaded.ok || !noted.ok)
    throw new Error(`nothing could be hidden: ${uploaded.status} ${noted.status}`);
  return { inbox, conversation, file };
}

/** Without what differs from one answer to the next anyway. */
function plain(body: string, things: Things): string {
  const named = Object.entries(things).reduce((text, [name, id]) => text.replaceAll(id, `<${name}>`), body);
  return named.replaceAll(/"(requestId|ref)":"[^"]*"/g, '"$1":""');
}

/** Asks everything, hidden and missing in turn, and writes the answers down. Only while all is quiet. */
export async function probe(rig: Rig): Promise<void> {
  const hidden = await hide(rig);
  await using wire = await connectWire({ url: rig.server(0).url, token: rig.tokens.get(MORTALS[0]) ?? '' });
  for (const [question, ask] of Object.entries(questions(rig, wire))) {
    for (let round = 0; round < ROUNDS; round += 1) {
      const missing = { inbox: newId('ibx'), conversation: newId('cnv'), file: newId('att') };
      for (const [about, things] of Object.entries({ hidden, missing })) {
        const began = performance.now();
        const { body, ...answer } = await ask(things);
        const took = performance.now() - began;
        if (round < COLD) continue;
        rig.notebook.probes.push({
          question,
          about: about as Probe['about'],
          ...answer,
          body: plain(body, things),
          took,
        });
      }
    }
  }
  await wire.call('session.close', { signOut: false });
}
