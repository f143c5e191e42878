/** Prints the tables of `docs/protocol.md` from the schemas: `node test/tools/protocol-doc.ts` writes them into the page. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  ConversationRow,
  Cursor,
  Delivery,
  DownItem,
  Entry,
  ERRORS,
  EventData,
  InboxSummary,
  InboxTimes,
  LOCK_STATES,
  LOCK_TRANSITIONS,
  LockLine,
  LockPeriod,
  LockView,
  Me,
  OwnDraft,
  Person,
  SEND_AFTER_END,
  StreamEvent,
  Typist,
  UP,
  Viewer,
} from '@latchbox/shared';
import { z } from 'zod';

export const PROTOCOL_PAGE = fileURLToPath(new URL('../../docs/protocol.md', import.meta.url));

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: string | number | boolean;
  readonly additionalProperties?: JsonSchema | boolean;
}

const shapes: Readonly<Record<string, z.ZodType>> = {
  ConversationRow,
  LockView,
  LockLine,
  Entry,
  Delivery,
  StreamEvent,
  Viewer,
  Typist,
  InboxSummary,
  InboxTimes,
  LockPeriod,
  OwnDraft,
  Cursor,
  Me,
  Person,
};
/** Named in other shapes, and printed in a table of its own. */
const named: Readonly<Record<string, z.ZodType>> = { ...shapes, EventData };

/** A schema in one line, as TypeScript would write it, with the shared shapes by name. */
function describe(schema: z.ZodType, self?: string): string {
  const known = new Map(
    Object.entries(named)
      .filter(([name]) => name !== self)
      .map(([name, shape]) => [JSON.stringify(z.toJSONSchema(shape)), name]),
  );
  const names = new Map([...known].map(([json, name]) => [withoutDialect(json), name]));
  return line(z.toJSONSchema(schema, { reused: 'inline' }) as JsonSchema, names);
}

function withoutDialect(json: string): string {
  const { $schema: _dialect, ...rest } = JSON.parse(json) as Record<string, unknown>;
  return JSON.stringify(rest);
}

function line(schema: JsonSchema, names: ReadonlyMap<string, string>): string {
  const name = names.get(withoutDialect(JSON.stringify(schema)));
  if (name !== undefined) return name;
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return [...new Set(either.map((one) => line(one, names)))].join(' \\| ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => `"${String(value)}"`).join(' \\| ');
  if (schema.properties !== undefined) return members(schema, names);
  if (schema.type === 'array' && schema.items !== undefined) {
    const item = line(schema.items, names);
    return item.includes(' \\| ') ? `(${item})[]` : `${item}[]`;
  }
  if (typeof schema.additionalProperties === 'object')
    return `{[id]: ${line(schema.additionalProperties, names)}}`;
  return schema.type === 'integer' ? 'int' : String(schema.type ?? 'any');
}

function members(schema: JsonSchema, names: ReadonlyMap<string, string>): string {
  const parts = Object.entries(schema.properties ?? {}).map(
    ([key, value]) => `${key}${schema.required?.includes(key) === true ? '' : '?'}: ${line(value, names)}`,
  );
  return parts.length === 0 ? '{}' : `{${parts.join(', ')}}`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const code = (text: string) => `\`${text}\``;

function typeOf(option: z.ZodType, key: 'type' | 't'): string {
  const schema = z.toJSONSchema(option) as JsonSchema;
  return String(schema.properties?.[key]?.const ?? '');
}

const printers: Readonly<Record<string, () => string>> = {
  'lock-machine': () =>
    table(
      ['state', 'step', 'next'],
      LOCK_STATES.flatMap((from) =>
        Object.entries(LOCK_TRANSITIONS[from]).map(([step, to]) => [code(from), code(step), code(to)]),
      ),
    ),
  'send-after-end': () =>
    table(
      ['the lock ended by', 'the send, while nobody overtook it'],
      Object.entries(SEND_AFTER_END).map(([end, answer]) => [code(end), code(answer)]),
    ),
  commands: () =>
    table(
      ['command', 'input', 'result'],
      Object.entries(UP).map(([name, command]) => [
        code(name),
        code(describe(command.input)),
        command.delivery === 'volatile' ? 'volatile, no answer' : code(describe(command.result)),
      ]),
    ),
  items: () =>
    table(
      ['item', 'shape'],
      DownItem.options.map((option) => [code(typeOf(option, 't')), code(describe(option))]),
    ),
  events: () =>
    table(
      ['event', 'data'],
      EventData.options.map((option) => [code(typeOf(option, 'type')), code(describe(option))]),
    ),
  shapes: () =>
    table(
      ['name', 'shape'],
      Object.entries(shapes).map(([name, shape]) => [code(name), code(describe(shape, name))]),
    ),
  errors: () =>
    table(
      ['code', 'HTTP', 'try again', 'meaning'],
      Object.entries(ERRORS).map(([name, row]) => [code(name), String(row.status), row.retry, row.message]),
    ),
};

/** The page with its printed parts made anew. Throws an `Error` for a marker that no printer knows. */
export function printProtocol(page: string): string {
  return page.replace(/<!-- printed: ([a-z-]+) -->\n[\s\S]*?<!-- end -->/g, (_whole, name: string) => {
    const print = printers[name];
    if (print === undefined) throw new Error(`docs/protocol.md asks for "${name}", which nothing prints`);
    return `<!-- printed: ${name} -->\n\n${print()}\n\n<!-- end -->`;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PROTOCOL_PAGE, printProtocol(readFileSync(PROTOCOL_PAGE, 'utf8')));
}
