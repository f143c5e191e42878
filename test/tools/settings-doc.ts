/** Prints the tables of `docs/settings.md`, `defaults.md`, `errors.md` and `composer.md`: `node test/tools/settings-doc.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readConfig, settings } from '@latchbox/server/src/config.ts';
import { createHttpMetrics, processMetrics } from '@latchbox/server/src/http/metrics.ts';
import { createTelemetry } from '@latchbox/server/src/metrics/telemetry.ts';
import { DEFAULT_TIMES, ERRORS, InboxTimes, RULES } from '@latchbox/shared';
import { z } from 'zod';
import { composerRows } from './composer-doc.ts';

const page = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
export const PRINTED_PAGES = [
  page('settings.md'),
  page('defaults.md'),
  page('errors.md'),
  page('composer.md'),
  page('metrics.md'),
];

const code = (text: string) => `\`${text}\``;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

/** A time as people say it: `10 s`, `3 min`. */
export function words(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms % 60_000 === 0 && ms > 60_000) return `${ms / 60_000} min`;
  return ms % 1_000 === 0 ? `${ms / 1_000} s` : `${ms} ms`;
}

interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
}

function takes(schema: z.ZodType): string {
  const {
    minimum,
    maximum,
    enum: values,
  } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as Bounds;
  if (values !== undefined) return values.map(code).join(', ');
  return minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER
    ? `${minimum} to ${maximum}`
    : '';
}

function settingRows(): string[][] {
  const defaults = readConfig({}) as Readonly<Record<string, unknown>>;
  return Object.entries(settings.shape).map(([name, schema]) => {
    const value = defaults[name];
    return [
      code(name),
      value === undefined
        ? ''
        : code(Array.isArray(value) ? value.join(',') : JSON.stringify(value).replaceAll('"', '')),
      schema.description ?? '',
      takes(schema),
    ];
  });
}

interface Figure {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames?: readonly string[];
}

/** Everything that /metrics can say, in the words that it says them in. */
function figures(): Figure[] {
  const registry = processMetrics();
  createHttpMetrics(registry);
  createTelemetry(registry);
  return registry
    .getMetricsAsArray()
    .map((metric) => metric as unknown as Figure)
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

const isOfProcess = ({ name }: Figure): boolean => /^latchbox_(process|nodejs)_/.test(name);

const figureRows = (which: (figure: Figure) => boolean): string[][] =>
  figures()
    .filter(which)
    .map(({ name, type, labelNames = [], help }) => [
      code(name),
      String(type),
      labelNames.map(code).join(', '),
      help,
    ]);

const printers: Readonly<Record<string, () => string>> = {
  settings: () => table(['variable', 'default', 'meaning', 'takes'], settingRows()),
  times: () =>
    table(
      ['time', 'default', 'from', 'to'],
      Object.entries(DEFAULT_TIMES).map(([name, ms]) => {
        const shape = z.toJSONSchema(InboxTimes).properties as Readonly<Record<string, Bounds>>;
        const { minimum = 0, maximum = 0 } = shape[name] ?? {};
        return [code(name), words(ms), words(minimum), words(maximum)];
      }),
    ),
  errors: () =>
    table(
      ['code', 'HTTP', 'try again', 'said to people'],
      Object.entries(ERRORS).map(([name, row]) => [code(name), String(row.status), row.retry, row.message]),
    ),
  rules: () =>
    table(
      ['rule', 'said to people'],
      Object.entries(RULES).map(([rule, sentence]) => [code(rule), sentence]),
    ),
  metrics: () =>
    table(
      ['name', 'type', 'labels', 'what it is'],
      figureRows((figure) => !isOfProcess(figure)),
    ),
  'metrics-process': () => table(['name', 'type', 'labels', 'what it is'], figureRows(isOfProcess)),
  composer: () =>
    table(['lock', 'composer', 'send', 'autosave', 'banner', 'actions', 'answers'], composerRows()),
};

/** A page with its printed parts made anew. Throws an `Error` for a marker that nothing prints. */
export function printPage(text: string): string {
  return text.replace(/<!-- printed: ([a-z-]+) -->\n[\s\S]*?<!-- end -->/g, (_whole, name: string) => {
    const print = printers[name];
    if (print === undefined) throw new Error(`nothing prints "${name}"`);
    return `<!-- printed: ${name} -->\n\n${print()}\n\n<!-- end -->`;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of PRINTED_PAGES) writeFileSync(path, printPage(readFileSync(path, 'utf8')));
}
