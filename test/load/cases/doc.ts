/** docs/load.md: printed from results that stand in it as data too, so that cases can be measured one at a time. */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { LoadResult } from './case.ts';

export interface Entry {
  readonly id: string;
  readonly what: string;
  readonly results: readonly LoadResult[];
  readonly seconds: number;
  /** Of the last minute before and after. */
  readonly load: { readonly before: number; readonly after: number };
  readonly at: string;
  readonly commit?: string;
  readonly machine?: string;
}

export function figure(value: number): string {
  // Nothing was measured; what was not a number is null when it is read back.
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

const DATA = /<!-- data: (.*) -->/;

/** What a page that was printed before holds. */
export function readEntries(text: string): Entry[] {
  const found = DATA.exec(text)?.[1];
  return found === undefined ? [] : (JSON.parse(found) as Entry[]);
}

function section({ id, what, results, seconds, load, at, commit, machine }: Entry): string {
  const rows = results.map((one) => {
    const bare = one.bare === null ? '' : `${figure(one.bare)} ${one.unit}`;
    const met = one.target === '' ? '' : one.ok ? 'yes' : '**no**';
    return `| ${one.name} | ${figure(one.ours)} ${one.unit} | ${bare} | ${one.ratio?.toFixed(2) ?? ''} | ${one.target} | ${met} |`;
  });
  const baselines = new Set(results.map(({ baseline }) => baseline).filter((text) => text !== ''));
  return `## ${id}: ${what}

| what | Latchbox | bare | ratio | target | met |
|---|---|---|---|---|---|
${rows.join('\n')}

${[...baselines].map((text) => `Bare: ${text}. `).join('')}${at.slice(0, 16).replace('T', ' ')} UTC, ${seconds} s, load average ${load.before.toFixed(1)} before and
${load.after.toFixed(1)} after. Commit ${commit}. ${machine}.
`;
}

export function page(given: readonly Entry[]): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const [cpu] = cpus();
  const machine = `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const entries = given.map((entry) => ({
    ...entry,
    commit: entry.commit ?? commit,
    machine: entry.machine ?? machine,
  }));
  const missed = entries.flatMap(({ results }) => results.filter(({ ok }) => !ok));
  const words = missed.map(
    ({ id, name, ours, unit, target }) => `${id} ${name} (${figure(ours)} ${unit}, target ${target})`,
  );
  return `# Load

The load cases of the design, measured by \`node test/load/cases.ts --write\`, each in one run with what is bare. Clients, servers, Redis and
database share the cores of one machine, so the ratio says more than the figure; a load average above the number of cores before a case
means that others were at work meanwhile.

${entries.map(section).join('\n')}
${missed.length === 0 ? 'Every target was met.' : `Missed: ${words.join('; ')}.`}

<!-- data: ${JSON.stringify(entries)} -->
`;
}
