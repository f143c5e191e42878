/** A recording as one HTML file that needs nothing else. */
import { cpus, loadavg, totalmem } from 'node:os';
import { actsOf, errorsOf, type Moment, percentilesOf, type Recording } from '../recording.ts';
import { type Chart, chart, escaped, type Series } from './chart.ts';
import { SCRIPT, STYLE } from './look.ts';
import { countRows, errorCount, inMs, latencyRows } from './summary.ts';

function over(moments: readonly Moment[], of: (moment: Moment) => number): Series['points'] {
  return moments.map((moment) => [moment.at, of(moment)]);
}

const PARTS = ['p50', 'p95', 'p99'] as const;

function latencyChart({ moments, marks }: Recording, kind: string, title: string): Chart {
  const each = moments.map((moment) => [moment.at, percentilesOf(moment.latencies[kind])] as const);
  const series = PARTS.map(
    (part): Series => ({ name: part, points: each.map(([at, all]) => [at, all[part]]) }),
  );
  return { title, unit: 'ms', series, marks };
}

/** Seconds of processor time that a server used in each second. */
function processorOf(moments: readonly Moment[], server: number): Series['points'] {
  return moments.map(({ at, span, servers }, place) => {
    const before = moments[place - 1]?.servers[server]?.processor ?? Number.NaN;
    const used = ((servers[server]?.processor ?? Number.NaN) - before) / span;
    return [at, used * 100];
  });
}

function serverCharts({ moments, marks, servers }: Recording): Chart[] {
  const each = (points: (server: number) => Series['points']): Series[] =>
    Array.from({ length: servers }, (_, at) => ({ name: `server ${at + 1}`, points: points(at) }));
  const of = (figure: 'resident' | 'heap' | 'lag', divisor: number) => (server: number) =>
    over(moments, (moment) => (moment.servers[server]?.[figure] ?? Number.NaN) / divisor);
  return [
    { title: 'Memory of the servers (RSS)', unit: 'MiB', series: each(of('resident', 2 ** 20)), marks },
    { title: 'Heap of the servers', unit: 'MiB', series: each(of('heap', 2 ** 20)), marks },
    { title: 'Event-loop lag of the servers, p99', unit: 'ms', series: each(of('lag', 1)), marks },
    {
      title: 'Processor of the servers',
      unit: '% of a core',
      series: each((at) => processorOf(moments, at)),
      marks,
    },
  ];
}

function charts(recording: Recording): Chart[] {
  const { moments, marks } = recording;
  const known = new Set(moments.flatMap(({ latencies }) => Object.keys(latencies)));
  const latencies = [
    ['seen by a colleague', 'From sending to seen by each colleague'],
    ['reply', 'Reply: until it is stored'],
    ['acquire', 'Lock: until it is granted'],
    ['open', 'Opening a conversation'],
    ['reconnect', 'Reconnecting: until current again'],
  ] as const;
  return [
    ...latencies
      .filter(([kind]) => known.has(kind))
      .map(([kind, title]) => latencyChart(recording, kind, title)),
    {
      title: 'Throughput',
      unit: 'a second',
      series: [
        {
          name: 'events received',
          points: over(moments, ({ counts, span }) => (counts['events received'] ?? 0) / span),
        },
      ],
      marks,
    },
    {
      title: 'What agents and customers do',
      unit: 'acts a second',
      series: [{ name: 'acts', points: over(moments, (moment) => actsOf(moment) / moment.span) }],
      marks,
    },
    {
      title: 'Errors',
      unit: 'a second',
      series: [{ name: 'errors', points: over(moments, ({ counts, span }) => errorsOf(counts) / span) }],
      marks,
    },
    {
      title: 'Agents',
      unit: 'agents',
      series: [{ name: 'connected and current', points: over(moments, ({ current }) => current) }],
      marks,
    },
    ...serverCharts(recording),
    {
      title: 'Event-loop lag of the generator, p99',
      unit: 'ms',
      series: [{ name: 'busiest client process', points: over(moments, ({ lag }) => lag) }],
      marks,
    },
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: 'th' | 'td') =>
    row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('');
  return `<div class="wide"><table><thead><tr>${cells(head, 'th')}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function figures(recording: Recording): string {
  const rows = latencyRows(recording);
  const seconds = recording.moments.at(-1)?.at ?? 0;
  const acts = recording.moments.reduce((sum, moment) => sum + actsOf(moment), 0);
  const seen = rows.find(({ kind }) => kind === 'seen by a colleague');
  const tiles = [
    ['agents', recording.agents.toLocaleString('en')],
    ['servers', String(recording.servers)],
    ['acts a second', (acts / Math.max(1, seconds)).toFixed(1)],
    ['seen by a colleague, p99', seen === undefined ? '–' : `${inMs(seen.p99)} ms`],
    ['errors', errorCount(recording).toLocaleString('en')],
  ];
  return tiles
    .map(([name = '', value = '']) => `<div><b>${escaped(value)}</b>${escaped(name)}</div>`)
    .join('');
}

export function page(recording: Recording): string {
  const { profile, seed, pace, moments, findings } = recording;
  const [cpu] = cpus();
  const machine = `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const latencies = latencyRows(recording).map(({ kind, count, p50, p95, p99 }) => [
    kind,
    count.toLocaleString('en'),
    inMs(p50),
    inMs(p95),
    inMs(p99),
  ]);
  const counts = countRows(recording).map(([what, count]) => [what, count.toLocaleString('en')]);
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Latchbox load: ${profile}, ${recording.agents} agents</title>
<style>${STYLE}</style></head><body><main>
<h1>Load: ${profile}</h1>
<p class="about">${escaped(new Date().toISOString().slice(0, 16).replace('T', ' '))} UTC · ${Math.round(moments.at(-1)?.at ?? 0)} s · seed ${seed} · pace ${pace} · ${escaped(machine)} · load average ${load}. Clients, servers, Redis and database share these cores.</p>
<section class="tiles">${figures(recording)}</section>
<section class="charts">${charts(recording).map(chart).join('\n')}</section>
<section class="tables"><div><h2>Latencies, ms</h2>${table(['what', 'count', 'p50', 'p95', 'p99'], latencies)}</div>
<div><h2>Found</h2>${table(
    ['what', ''],
    findings.map(({ what, value }) => [what, value]),
  )}
<h2>Counts</h2>${table(['what', 'times'], counts)}</div></section>
</main><script>${SCRIPT}</script></body></html>
`;
}
