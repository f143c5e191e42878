import { readFileSync } from 'node:fs';
import { MIN_SUPPORTED_PROTOCOL, PROTOCOL_VERSION } from '@latchbox/shared';
import { expect, test } from 'vitest';
import { PROTOCOL_PAGE } from '../tools/protocol-doc.ts';
import { startServer } from '../tools/server-process.ts';
import { connectRaw } from './raw-client.ts';
import { expectPattern, fill, readSession } from './session-script.ts';

async function post(url: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, `${url} answered ${answer.status}`).toBe(true);
  return (await answer.json()) as Record<string, unknown>;
}

/** The page's session, as a client of an older protocol says hello. */
const asSpokenBy = (protocol: number, text: string) =>
  text.replace(`"protocol":${PROTOCOL_VERSION}`, `"protocol":${protocol}`);

test.each([
  [
    'the sample session of docs/protocol.md plays against a started server, over a plain WebSocket',
    PROTOCOL_VERSION,
  ],
  [
    'the sample session still plays for a client of the oldest protocol that is supported',
    MIN_SUPPORTED_PROTOCOL,
  ],
])('%s', async (_name, protocol) => {
  const { DEMO_SIGN_IN } = await import('../tools/demo-sign-in.ts');
  await using server = await startServer();
  const { token } = await post(`${server.url}/api/sign-in`, DEMO_SIGN_IN);
  using client = await connectRaw(server.url);
  expect(await client.next()).toMatch(/^0\{/);
  const values = new Map<string, unknown>([['TOKEN', token]]);
  for (const step of readSession(readFileSync(PROTOCOL_PAGE, 'utf8'))) {
    switch (step.do) {
      case 'send':
        client.send(asSpokenBy(protocol, fill(step.text, values)));
        break;
      case 'receive': {
        const text = await client.next();
        expect(text.startsWith(step.prefix), `expected ${step.prefix}…, got ${text}`).toBe(true);
        expectPattern(step.pattern, JSON.parse(text.slice(step.prefix.length)), values, step.prefix);
        break;
      }
      case 'event':
        expectPattern(
          step.pattern,
          withoutType(await client.event((event) => event.type === step.type)),
          values,
          step.type,
        );
        break;
    }
  }
});

function withoutType(event: unknown): unknown {
  const { type: _type, ...data } = event as Record<string, unknown>;
  return data;
}
