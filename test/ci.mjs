/**
 * What CI runs: `npm test`, then `npm run test:long`, then the fault rig's profile for pull requests. A failing one does not stop the
 * others. The last line says `N passed, N failed` of all together; the fault run counts as one.
 */

import { spawn } from 'node:child_process';
import { findNode, environment, top } from '../server/prepare.mjs';

/** The fault run ends itself before this, and says why; this is for one that cannot, ms. */
const FAULTS_LIMIT = 20 * 60_000;

const total = { passed: 0, failed: 0 };

/** Runs a command with its output shown; answers its exit code, and all that it wrote to stdout. */
function shown(command, args, { env = process.env, limit } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: top, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
      process.stdout.write(data);
    });
    const timers = [];
    if (limit !== undefined) {
      timers.push(
        setTimeout(() => {
          console.log(`ci: FAILED: ${args.join(' ')} did not end within ${limit / 60_000} minutes`);
          child.kill('SIGTERM');
        }, limit),
        setTimeout(() => child.kill('SIGKILL'), limit + 10_000),
      );
    }
    const over = (code) => {
      for (const timer of timers) clearTimeout(timer);
      done({ code, output });
    };
    child.on('error', () => over(1));
    // Not `close`: what it left behind may keep the pipe open.
    child.on('exit', (code) => over(code ?? 1));
  });
}

async function tests(script) {
  const { code, output } = await shown('npm', ['run', script, '--silent']);
  const [, passed = '0', failed = '0'] = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1) ?? [];
  total.passed += Number(passed);
  // A run that broke without a summary, or after it, is one failure.
  total.failed += code === 0 ? Number(failed) : Math.max(1, Number(failed));
}

async function faults() {
  console.log('\n── faults --profile pr');
  const began = performance.now();
  const node = findNode();
  const args = ['test/faults/run.ts', '--profile', 'pr'];
  const { code } = await shown(node, args, { env: environment(node), limit: FAULTS_LIMIT });
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`── faults --profile pr: ${code === 0 ? 'passed' : 'FAILED'} (${seconds} s)`);
  total[code === 0 ? 'passed' : 'failed'] += 1;
}

await tests('test');
await tests('test:long');
try {
  await faults();
} catch (error) {
  console.error(error);
  total.failed += 1;
}
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${total.passed} passed, ${total.failed} failed`);
