/** `pnpm bench`: measures Latchbox beside bare baselines. `--json`: one object a line. `--write`: into docs/benchmarks.md. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type BenchCase, type BenchResult, runCase } from './case.ts';
import { acquireRelease } from './acquire-release.ts';
import { fanOut } from './fan-out.ts';
import { ingest } from './ingest.ts';
import { longLog } from './long-log.ts';
import { manyAgents } from './many-agents.ts';
import { page as webPage } from './page.ts';
import { replyCommit } from './reply-commit.ts';
import { sending } from './sending.ts';

const CASES: readonly BenchCase[] = [
  replyCommit,
  acquireRelease,
  ...fanOut,
  ...manyAgents,
  ...longLog,
  ingest,
  sending,
  ...webPage,
];
const PAGE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

function page(results: readonly BenchResult[]): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const [cpu] = cpus();
  const machine = `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const [, load = 0] = loadavg().map((value) => Number(value.toFixed(1)));
  // The benchmark itself keeps about as many processes busy as there are cores, and seldom more.
  const shared = load > cpus().length * 1.5;
  const missed = results
    .filter(({ ok }) => !ok)
    .map(({ name, ratio, target }) => `${name} (${ratio.toFixed(2)}, target ${target})`);
  const rows = results.map(
    (one) =>
      `| ${one.name} | ${figure(one.ours)} ${one.unit} | ${figure(one.bare)} ${one.unit} | ${one.ratio.toFixed(2)} | ${one.target} | ${one.ok ? 'yes' : '**no**'} | ${one.baseline} |`,
  );
  return `# Benchmarks

Latchbox beside a bare baseline, measured in turns in one run of \`npm run bench -- --write\`. Ratios count; single figures depend on the
machine. Clients, servers, Redis and database share its cores.

Machine: ${machine}. Commit: ${commit}. Date: ${new Date().toISOString().slice(0, 10)}.
Load average over the run: ${load}${shared ? ': the machine was shared with other work, and ratios differ from run to run; measure again where it is quiet' : ''}.

| what | Latchbox | bare | ratio | target | met | the baseline |
|---|---|---|---|---|---|---|
${rows.join('\n')}

${missed.length === 0 ? 'Every target was met in this run.' : `Missed in this run: ${missed.join('; ')}.`}
`;
}

const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const results: BenchResult[] = [];
for (const one of CASES) {
  if (only !== undefined && !one.name.includes(only)) continue;
  const result = await runCase(one);
  results.push(result);
  const { name, ours, bare, ratio, target, ok } = result;
  process.stdout.write(
    process.argv.includes('--json')
      ? `${JSON.stringify({ name, ours, bare, ratio, target, ok })}\n`
      : `${ok ? 'ok  ' : 'MISS'} ${name}: ${figure(ours)} ${result.unit} beside ${figure(bare)} ${result.unit}, ratio ${ratio.toFixed(2)} (${target})\n`,
  );
}
if (process.argv.includes('--write')) writeFileSync(PAGE, page(results));
