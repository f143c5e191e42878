/**
 * `npm test`: everything that has to be right, stage after stage, in two rows side by side until the tests begin. A failing stage does
 * not stop the later ones, and what each says is printed together when it is over. `--long`, which is `npm run test:long`: what it leaves
 * out, most plays in browsers and the fault tests that start hundreds of servers.
 * The last line says `N passed, N failed`: each test of Vitest counts, and each other stage counts as one.
 * `--install` lets it install Redis and Chromium from Debian with sudo.
 */

import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  buildWeb,
  CannotPrepare,
  environment,
  findNode,
  install,
  pnpm,
  run,
  top,
} from '../server/prepare.mjs';

const output = join(top, 'test/.output');
const reports = { vitest: 'vitest.json', 'vitest:long': 'vitest-long.json' };
/** What the tests start themselves, and the Debian package that has it. */
const programs = {
  'redis-server': 'redis-server',
  chromium: 'chromium',
  dovecot: 'dovecot-imapd',
  exim4: 'exim4-daemon-light',
  swaks: 'swaks',
  mutt: 'mutt',
};

const total = { passed: 0, failed: 0 };

function isThere(program) {
  // Servers lie where only an administrator's PATH leads.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

function installPrograms() {
  const missing = Object.keys(programs).filter((program) => !isThere(program));
  if (missing.length === 0) return;
  if (missing.includes('exim4') && existsSync('/usr/sbin/sendmail')) {
    // Debian keeps one mail server at a time: installing Exim would take another one away.
    throw new CannotPrepare(
      'the tests need exim4, and this machine has another mail server, which Debian would remove for it. Install it yourself where that is all right.',
    );
  }
  const packages = missing.map((program) => programs[program]).join(' ');
  const root = process.getuid?.() === 0;
  const sudo = root ? '' : 'sudo ';
  const command = `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packages}`;
  if (!isThere('apt-get') || !(root || process.argv.includes('--install'))) {
    throw new CannotPrepare(
      `the tests need ${missing.join(' and ')}. On Debian or Ubuntu:\n\n  ${command}\n`,
    );
  }
  console.log(`latchbox: the tests need ${missing.join(' and ')}: ${command}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('sh', ['-c', command], { stdio: ['ignore', 'inherit', 'inherit'], env });
  if (status !== 0) throw new CannotPrepare(`${packages} could not be installed`);
}

/** Runs one stage, whose work writes into the file that it is given, and counts it; answers whether it passed. */
async function stage(name, work) {
  const began = performance.now();
  const file = join(output, `${name.replaceAll(/\W/g, '-')}.log`);
  const out = openSync(file, 'w');
  let passed = false;
  try {
    passed = await work(out);
  } catch (error) {
    writeSync(out, `${error instanceof CannotPrepare ? error.message : error.stack}\n`);
  }
  closeSync(out);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const verdict = `── ${name}: ${passed ? 'passed' : 'FAILED'} (${seconds} s)`;
  console.log(`\n── ${name}\n${readFileSync(file, 'utf8')}${verdict}`);
  total[passed ? 'passed' : 'failed'] += 1;
  return passed;
}

/** Runs a script of a package.json, without the second that a package manager takes; `out` is a file, left out: the terminal. */
async function script(node, folder, name, out = 'inherit') {
  const stdio = ['ignore', out, out];
  const code = await run(node, ['--run', name], { cwd: join(top, folder), env: environment(node), stdio });
  return code === 0;
}

/** Counts the single tests; a run that broke without a failed test is one failure. */
async function tests(node, name) {
  console.log(`\n── ${name}`);
  const report = join(output, reports[name]);
  rmSync(report, { force: true });
  const passed = await script(node, '.', name);
  const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  const failed = result?.numFailedTests ?? 0;
  total.passed += result?.numPassedTests ?? 0;
  total.failed += passed ? failed : Math.max(failed, 1);
}

async function client(node) {
  const built = await stage('client build', (out) => script(node, 'client-sdk', 'build', out));
  if (!built) return;
  await stage('client size', (out) => script(node, 'client-sdk', 'size', out));
  await stage('client package', async (out) => {
    const args = ['-y', pnpm, '--filter', '@latchbox/client', 'run', 'publint'];
    return (await run('npx', args, { cwd: top, env: process.env, stdio: ['ignore', out, out] })) === 0;
  });
}

/** Of the sources as they stand. */
async function look(node, names) {
  for (const name of names) await stage(name, (out) => script(node, '.', name, out));
}

async function build(node) {
  await stage('web build', (out) => {
    buildWeb(node, { force: true, out });
    return true;
  });
  await client(node);
}

/** Holds the ledger against one of the two runs. */
async function ledger(node, which) {
  await stage('features', async (out) => {
    const options = { cwd: top, env: environment(node), stdio: ['ignore', out, out] };
    return (await run(node, ['test/tools/features.ts', which], options)) === 0;
  });
}

async function quick(node) {
  console.log('\n── lint, types and builds');
  await Promise.all([
    look(node, ['lint', 'unused', 'format:check']),
    look(node, ['typecheck']).then(() => build(node)),
  ]);
  await tests(node, 'vitest');
  await ledger(node, 'default');
}

async function long(node) {
  await build(node);
  await tests(node, 'vitest:long');
  await ledger(node, 'long');
}

try {
  install();
  installPrograms();
  const node = findNode();
  mkdirSync(output, { recursive: true });
  await (process.argv.includes('--long') ? long : quick)(node);
} catch (error) {
  if (!(error instanceof CannotPrepare)) throw error;
  console.error(`latchbox: ${error.message}`);
  total.failed += 1;
}
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${total.passed} passed, ${total.failed} failed`);
