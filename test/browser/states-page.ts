/** The page on the SDK's fake server, in any state, built anew and served with the headers of a real server. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import type { Page } from 'playwright-core';
import { securityHeaders } from '@latchbox/server/src/http/headers.ts';
import { mailFrameRules } from '@latchbox/server/src/http/mail-frame.ts';
import { repository } from '../tools/server-process.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface StatesPage extends AsyncDisposable {
  readonly url: string;
  /** Shows a state of `server/web/src/dev/states.ts`, and waits until the page stands. */
  show(page: Page, state: string): Promise<void>;
}

function build(folder: string): void {
  const web = join(repository, 'server/web');
  const vite = join(web, 'node_modules/vite/bin/vite.js');
  const { status, stderr } = spawnSync(
    process.execPath,
    [vite, 'build', '--mode', 'states', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'],
    { cwd: web, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
  );
  if (status !== 0) throw new Error(`The page of states could not be built.\n${stderr}`);
}

/** Answers one file of the build. The rules of the product hold here, too. */
async function serve(folder: string): Promise<ReturnType<typeof createServer>> {
  const headers = securityHeaders({} as Parameters<typeof securityHeaders>[0]);
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://states').pathname);
    const file = join(folder, extname(path) === '' ? 'dev.html' : path);
    if (!existsSync(file)) return void response.writeHead(404).end();
    const asked = Object.assign(request, { path }) as unknown as Parameters<typeof headers>[0];
    const answered = response as unknown as Parameters<typeof headers>[1];
    void headers(asked, answered, () => undefined);
    void mailFrameRules(asked, answered, () => undefined);
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export async function openStates(): Promise<StatesPage> {
  // A folder for each that asks: two test files run side by side, and a build empties its folder first.
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-states-'));
  build(folder);
  const server = await serve(folder);
  const { port } = server.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async show(page, state) {
      // Another address first: a change of the hash alone loads nothing.
      await page.goto('about:blank');
      await page.goto(`${url}/dev.html#${state}`);
      await page.locator('html[data-ready="true"]').waitFor({ state: 'attached' });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
