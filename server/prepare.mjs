/**
 * What has to be there before the server or the tests can run, in plain JavaScript because any Node from 20 on must
 * understand it: the dependencies, Node 24 and the built web app. Used by `server/start.mjs` and `test/run.mjs`.
 */

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

export const top = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');

const manifest = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));

/** The one version of pnpm; it stands in package.json. */
export const pnpm = `pnpm@${manifest.engines.pnpm}`;

export class CannotPrepare extends Error {}

function say(line) {
  console.log(`latchbox: ${line}`);
}

/** Installs the dependencies of all packages when there are none, or when the lockfile is newer than they are. */
export function install() {
  const marker = join(top, 'node_modules/.modules.yaml');
  const lockfile = join(top, 'pnpm-lock.yaml');
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lockfile).mtimeMs) return;

  // The lockfile names the binaries for Linux alone; elsewhere pnpm has to add its own.
  const frozen = process.platform === 'linux' ? '--frozen-lockfile' : '--no-frozen-lockfile';
  say(`installing the dependencies, which takes up to a minute (npx -y ${pnpm} install ${frozen}) …`);
  // Errors alone: pnpm warns that packages want a newer Node than the one that runs pnpm, and the one they get is newer.
  const { status, error } = spawnSync('npx', ['-y', pnpm, 'install', frozen, '--loglevel', 'error'], {
    cwd: top,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Nobody answers questions here.
    env: { ...process.env, CI: 'true' },
    shell: process.platform === 'win32',
  });
  if (error || status !== 0) {
    throw new CannotPrepare(`the dependencies could not be installed${error ? `: ${error.message}` : ''}`);
  }
  // pnpm leaves the file alone when nothing was missing: without this every start would ask again.
  const now = new Date();
  utimesSync(marker, now, now);
}

/** Node 24 as it was installed with the dependencies, or the running one where that will do. */
export function findNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const found = createRequire(join(top, 'package.json')).resolve(
      `node-${platform}-${process.arch}/package.json`,
    );
    return resolve(found, '..', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    const [major, minor] = process.versions.node.split('.').map(Number);
    if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
    throw new CannotPrepare(
      `there is no Node 24 in the dependencies for ${process.platform}-${process.arch}, and this is Node ` +
        `${process.versions.node}: please install Node 22.18 or newer (24 is best, https://nodejs.org) and start again.`,
    );
  }
}

/** The environment in which `node` is Node 24, for everything that is started from here. */
export function environment(node) {
  return { ...process.env, PATH: `${resolve(node, '..')}${delimiter}${process.env.PATH ?? ''}` };
}

/** All files under the given paths, in a steady order. */
function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/** A fingerprint of everything that the built web app is made of. */
function fingerprint() {
  const web = readdirSync(join(top, 'server/web'))
    .filter((name) => !['node_modules', 'dist'].includes(name) && !name.startsWith('.'))
    .map((name) => join('server/web', name));
  const hash = createHash('sha256');
  for (const path of [...web.sort(), 'client-sdk/src', 'shared/src', 'pnpm-lock.yaml']) {
    for (const file of filesUnder(join(top, path))) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** Builds the web app when it was never built, or from other sources than these; `out` is where the build writes what it says. */
export function buildWeb(node, { force = false, out = 'inherit' } = {}) {
  const stamp = join(top, 'server/web/dist/.sources');
  const sources = fingerprint();
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;

  say('building the web app …');
  const { status } = spawnSync(node, ['--run', 'build'], {
    cwd: join(top, 'server/web'),
    stdio: ['ignore', out, out],
    env: environment(node),
  });
  if (status !== 0) throw new CannotPrepare('the web app could not be built');
  writeFileSync(stamp, sources);
}

/**
 * Runs a command to its end, passes signals on, and answers with its exit code. It gets a process group of its own:
 * Ctrl-C reaches the whole group of a terminal, and then the command would hear it twice.
 */
export function run(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      stdio: 'inherit',
      detached: process.platform !== 'win32',
      ...options,
    });
    const lastSent = new Map();
    const pass = (signal) => {
      const now = Date.now();
      // npm passes on what this process has heard from the terminal already.
      if (now - (lastSent.get(signal) ?? 0) < 300) return;
      lastSent.set(signal, now);
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    child.on('error', fail);
    child.on('exit', (code, signal) => {
      for (const each of signals) process.off(each, pass);
      done(code ?? 128 + constants.signals[signal]);
    });
  });
}

/**
 * What the commands of the project have in common: installs what is missing, does what else has to be there (`ready`), runs a TypeScript
 * file of the project and ends as it ends.
 */
export async function launch(file, args, { flags = [], cwd = top, env = {}, ready = () => undefined } = {}) {
  try {
    install();
    const node = findNode();
    ready(node);
    const options = { cwd, env: { ...environment(node), ...env } };
    process.exitCode = await run(node, [...flags, join(top, file), ...args], options);
  } catch (error) {
    if (!(error instanceof CannotPrepare)) throw error;
    console.error(`latchbox: ${error.message}`);
    process.exitCode = 1;
  }
}
