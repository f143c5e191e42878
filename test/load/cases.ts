/** `node test/load/cases.ts`: the load cases, each beside what is bare. `--only LD1,LD4`, `--small`, `--json`, `--write` into docs/load.md. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type LoadCase, type LoadResult, judge } from './cases/case.ts';
import { churn } from './cases/churn.ts';
import { contactImport } from './cases/contact-import.ts';
import { fanOut } from './cases/fan-out.ts';
import { hotInbox } from './cases/hot-inbox.ts';
import { idleCrowd } from './cases/idle.ts';
import { lockRace } from './cases/lock-race.ts';
import { retryStorm } from './cases/retry-storm.ts';
import { sendRace } from './cases/send-race.ts';
import { reconnectStorm } from './cases/storm.ts';
import { type Entry, figure, page, readEntries } from './cases/doc.ts';

const CASES: readonly LoadCase[] = [
  lockRace,
  sendRace,
  retryStorm,
  fanOut,
  idleCrowd,
  hotInbox,
  churn,
  reconnectStorm,
  contactImport,
];
const PAGE = fileURLToPath(new URL('../../docs/load.md', import.meta.url));

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    small: { type: 'boolean' },
    json: { type: 'boolean' },
    write: { type: 'boolean' },
  },
});

function tell(one: LoadResult): string {
  if (values.json === true) return JSON.stringify(one);
  const ratio = one.ratio === null ? '' : `, ratio ${one.ratio.toFixed(2)}`;
  const beside = one.bare === null ? '' : ` beside ${figure(one.bare)}${ratio}`;
  const target = one.target === '' ? '' : ` (${one.target})`;
  return `${one.ok ? 'ok  ' : 'MISS'} ${one.id} ${one.name}: ${figure(one.ours)} ${one.unit}${beside}${target}`;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
const only = values.only?.split(',');
const unknown = only?.find((id) => !CASES.some((one) => one.id === id));
if (unknown !== undefined) {
  process.stderr.write(`There is no case ${unknown}; there are ${CASES.map(({ id }) => id).join(', ')}.\n`);
  process.exit(2);
}
const entries: Entry[] = [];
for (const one of CASES) {
  if (only !== undefined && !only.includes(one.id)) continue;
  const before = loadavg()[0] ?? 0;
  const began = performance.now();
  const figures = await one.run(values.small === true ? 'small' : 'full');
  const results = figures.map((each) => judge(one.id, each));
  const seconds = Math.round((performance.now() - began) / 1_000);
  const load = { before, after: loadavg()[0] ?? 0 };
  entries.push({ id: one.id, what: one.what, results, seconds, load, at: new Date().toISOString() });
  for (const result of results) process.stdout.write(`${tell(result)}\n`);
  if (values.json !== true)
    process.stdout.write(
      `     ${one.id} took ${seconds} s; load average ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after\n`,
    );
}
if (values.write === true) {
  // What was not measured this time stays as it was.
  const kept = existsSync(PAGE) ? readEntries(readFileSync(PAGE, 'utf8')) : [];
  const all = CASES.flatMap(({ id }) => [...entries, ...kept].find((entry) => entry.id === id) ?? []);
  writeFileSync(PAGE, page(all));
}
process.exit();
