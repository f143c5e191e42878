import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express, type Request } from 'express';
import { mailFrameRules } from './mail-frame.ts';

const MISSING = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Latchbox</title>
<h1>The web app is not built</h1>
<p>This server runs, and its API answers under <code>/api</code>. To build the pages, run
<code>npm run build:web</code> in its folder and load this page again.</p></html>
`;
const YEAR = 31_536_000_000;

/** A page of the web app: anything that a person opens and that is no file and no interface. */
function isPage(request: Request): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (/^\/(?:api|health|metrics|socket\.io|assets)(?:\/|$)/.test(request.path)) return false;
  return /^\/[\w\-/]*$/.test(request.path);
}

/** Serves the built web app. Names under /assets carry a hash and are kept for ever; pages are asked for again each time. */
export function mountWebFiles(app: Express, root: string): void {
  const files = { index: false, redirect: false, dotfiles: 'ignore' } as const;
  app.use(
    '/assets',
    express.static(join(root, 'assets'), { ...files, immutable: true, maxAge: YEAR, fallthrough: true }),
  );
  app.use(mailFrameRules);
  app.use(express.static(root, { ...files, maxAge: 0 }));
  app.use((request, response, next) => {
    if (!isPage(request)) return next();
    response.setHeader('Cache-Control', 'no-cache');
    if (existsSync(join(root, 'index.html'))) return response.sendFile('index.html', { root });
    response.status(503).type('html').send(MISSING);
  });
}
