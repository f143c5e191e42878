/** The tool that starts servers, tried on a server of a few lines. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { type ServerOptions, ServerDidNotStart, startServer } from './server-process.ts';

const LITTLE_SERVER = `
import { createServer } from 'node:http';
if (process.argv.includes('--broken')) { console.error('no luck today'); process.exit(3); }
const started = Date.now();
createServer((request, response) => {
  if (request.url === '/point') globalThis.failpoint?.('a-point');
  response.end(JSON.stringify({ checks: { database: true }, now: Date.now(), made: new Date().getTime(), monotonic: performance.now(), args: process.argv.slice(2), env: process.env.COLOUR }));
}).listen(process.env.PORT, process.env.HOST, () => console.log('listening since', started));
process.on('SIGTERM', () => process.exit(0));
`;

let sources = '';
beforeAll(async () => {
  sources = await mkdtemp(join(tmpdir(), 'latchbox-little-'));
  await writeFile(join(sources, 'main.mjs'), LITTLE_SERVER);
});
afterAll(() => rm(sources, { recursive: true, force: true }));

const little = (more: ServerOptions = {}) => startServer({ sources, entry: 'main.mjs', ...more });

interface Told {
  now: number;
  made: number;
  monotonic: number;
  args: string[];
  env?: string;
}
async function ask(url: string, path = '/', timeout = 2_000): Promise<Told> {
  const response = await fetch(url + path, { signal: AbortSignal.timeout(timeout) });
  return (await response.json()) as Told;
}

test('starts with its environment, collects what it says, and ends when told', async () => {
  await using server = await little({ env: { COLOUR: 'blue' }, args: ['--empty'] });
  expect(await ask(server.url)).toMatchObject({ args: ['--empty'], env: 'blue' });
  await eventually('its words', () => server.lines.some((line) => line.startsWith('listening')));
  expect(await server.sigterm()).toEqual({ code: 0, signal: null });
  expect(server.running).toBe(false);
});

test('a server that ends instead of starting is told with what it said', async () => {
  const attempt = little({ args: ['--broken'] });
  await expect(attempt).rejects.toThrow(ServerDidNotStart);
  await expect(attempt).rejects.toThrow('no luck today');
});

test('is killed and started again on the same port', async () => {
  await using server = await little();
  const { pid } = server;
  await server.kill9();
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await expect(ask(server.url)).rejects.toThrow();
  await server.restart({ env: { COLOUR: 'green' } });
  expect(server.pid).not.toBe(pid);
  expect(await ask(server.url)).toMatchObject({ env: 'green' });
});

test('is stopped and continued', async () => {
  await using server = await little();
  await server.sigstop();
  await expect(ask(server.url, '/', 200)).rejects.toThrow();
  server.sigcont();
  await ask(server.url);
});

test('its wall clock moves and its monotonic clock does not', async () => {
  await using server = await little();
  const before = await ask(server.url);
  await server.moveClock(3_600_000);
  const after = await ask(server.url);
  expect(after.now - before.now).toBeGreaterThanOrEqual(3_600_000);
  expect(Math.abs(after.made - after.now)).toBeLessThan(50);
  expect(after.monotonic - before.monotonic).toBeLessThan(60_000);
});

test('its event loop can be blocked', async () => {
  await using server = await little();
  await server.block(400);
  await expect(ask(server.url, '/', 150)).rejects.toThrow();
  await ask(server.url);
});

test('dies or freezes at an armed failpoint, after letting some pass', async () => {
  await using server = await little();
  await ask(server.url, '/point');
  await server.arm('a-point', 'stop', 1);
  await ask(server.url, '/point');
  const frozen = ask(server.url, '/point', 5_000);
  await server.stopped();
  server.sigcont();
  await frozen;
  await server.arm('a-point', 'kill');
  await expect(ask(server.url, '/point')).rejects.toThrow();
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
});
