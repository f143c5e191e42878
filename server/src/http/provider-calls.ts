import type { IncomingMessage } from 'node:http';
import type { Express, Request as Asked, Response as Answer } from 'express';
import { LatchboxError } from '@latchbox/shared';
import type { HttpDeps } from './deps.ts';
import { MAX_BODY } from './errors.ts';

type Answering = (request: Request) => Promise<Response>;

/** Below which paths providers call, and the simulated carrier is called. */
const WEBHOOKS = ['/api/sms', '/api/voice'];
const CARRIER = '/carrier-api';

/**
 * Lets what is no route of the contract answer: calls of providers, whose forms are not ours, and the API of the simulated carrier.
 * The address of a request is the public one, because that is what its sender signed.
 */
export function mountProviderCalls(app: Express, { sms }: Pick<HttpDeps, 'sms'>): void {
  const mount = (path: string | string[], answering: Answering) =>
    app.use(path, async (asked, answer) => {
      const response = await answering(await requestOf(asked, sms?.publicUrl ?? 'http://localhost'));
      await send(response, answer);
    });
  mount(WEBHOOKS, sms?.webhooks ?? notConnected);
  if (sms?.carrier !== undefined) mount(CARRIER, sms.carrier.handle);
}

/** Nobody could say whether it is the provider who calls: it is to try again when somebody can. */
const notConnected: Answering = () =>
  Promise.resolve(new Response('No provider of texts is connected.', { status: 503 }));

async function requestOf(asked: Asked, publicUrl: string): Promise<Request> {
  const { method, headers, originalUrl } = asked;
  const bare = method === 'GET' || method === 'HEAD';
  const body = bare ? undefined : await bytesOf(asked);
  const given = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  return new Request(`${publicUrl}${originalUrl}`, {
    method,
    headers: given.filter(([name]) => !OF_THE_CONNECTION.has(name)),
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  });
}

const OF_THE_CONNECTION = new Set(['connection', 'transfer-encoding', 'content-length', 'expect', 'upgrade']);

/** The whole body, up to what any body may have. */
async function bytesOf(asked: IncomingMessage): Promise<Buffer> {
  const tooMuch = new LatchboxError('too_large', { max: MAX_BODY });
  if (Number(asked.headers['content-length'] ?? 0) > MAX_BODY) throw tooMuch;
  const parts: Buffer[] = [];
  let size = 0;
  // The connection is left for the answer.
  for await (const part of asked.iterator({ destroyOnReturn: false })) {
    size += (part as Buffer).length;
    if (size > MAX_BODY) throw tooMuch;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

async function send(response: Response, answer: Answer): Promise<void> {
  answer.status(response.status);
  const type = response.headers.get('content-type');
  if (type !== null) answer.setHeader('content-type', type);
  answer.end(Buffer.from(await response.arrayBuffer()));
}
