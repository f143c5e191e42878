import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { repository } from '../tools/server-process.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { startServer } from '../tools/server-process.ts';
import { agentPage, see, signIn } from './inbox-page.ts';

/** Most JavaScript until the inbox stands with a conversation open, gzipped, in bytes. */
const MOST = 200_000;
const ASSETS = join(repository, 'server/web/dist/assets');

const gzipped = (file: string): number => gzipSync(readFileSync(join(ASSETS, file)), { level: 9 }).length;

test('the first load is at most 200 kB of JavaScript: from nothing to an open conversation', async () => {
  await using server = await startServer();
  await using stage = await openStage('first-load');
  const page = await stage.person('agent');
  const loaded = new Set<string>();
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('.js')) loaded.add(pathname);
  });
  await signIn(page, server.url, demoAgent('Jonas Lind'));
  const agent = agentPage(page);
  await agent.openInbox('Orders');
  await page.locator('[data-row]').first().click();
  await see(agent.composer);
  const files = [...loaded].filter((path) => path.startsWith('/assets/')).map((path) => path.slice(8));
  const bytes = files.reduce((sum, file) => sum + gzipped(file), 0);
  // What was seen to load is really there, or the sum would say nothing.
  expect(files.length).toBeGreaterThan(2);
  expect(readdirSync(ASSETS)).toEqual(expect.arrayContaining(files));
  expect(bytes, `${files.join(', ')}: ${bytes} bytes`).toBeLessThanOrEqual(MOST);
  console.info(`first load: ${files.length} files, ${(bytes / 1_000).toFixed(1)} kB gzip`);
  expect(stage.errors).toEqual([]);
}, 90_000);
