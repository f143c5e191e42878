/** The shape of the tables in words that both databases have: from the schema files, and from a database itself. */
import type BetterSqlite3 from 'better-sqlite3';
import { getTableName, is, type SQL } from 'drizzle-orm';
import { getTableConfig as postgresConfig, PgTable } from 'drizzle-orm/pg-core';
import { getTableConfig as sqliteConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { RunSql } from '../postgres-connection.ts';

interface Shape {
  /** Kind and nullability by column name. */
  readonly columns: Readonly<Record<string, string>>;
  readonly primaryKey: readonly string[];
  readonly indexes: Readonly<Record<string, string>>;
  readonly foreignKeys: readonly string[];
}
export type Shapes = Readonly<Record<string, Shape>>;

/** SQLite has one kind of integer for what Postgres keeps apart. */
const KINDS: Readonly<Record<string, string>> = {
  text: 'text',
  integer: 'number',
  bigint: 'number',
  smallint: 'number',
  blob: 'bytes',
  bytea: 'bytes',
};

const kind = (type: string, notNull: boolean): string =>
  `${KINDS[type] ?? type}${notNull ? ' not null' : ''}`;
const indexed = (unique: boolean, columns: readonly string[], where: string): string =>
  `${unique ? 'unique ' : ''}(${columns.join(', ')})${where === '' ? '' : ` where ${where}`}`;
const refers = (from: readonly string[], table: string, to: readonly string[]): string =>
  `(${from.join(', ')}) to ${table} (${to.join(', ')})`;

type Named = Parameters<typeof getTableName>[0];
interface Config {
  readonly columns: readonly { name: string; notNull: boolean; primary: boolean; getSQLType(): string }[];
  readonly primaryKeys: readonly { columns: readonly { name: string }[] }[];
  readonly indexes: readonly {
    config: { name?: string; unique: boolean; columns: unknown[]; where?: SQL | undefined };
  }[];
  readonly foreignKeys: readonly {
    reference(): {
      columns: readonly { name: string }[];
      foreignTable: Named;
      foreignColumns: readonly { name: string }[];
    };
  }[];
}
const names = (columns: readonly unknown[]): string[] =>
  columns.map((column) => (column as { name: string }).name);

function shapeOf(config: Config): Shape {
  const own = names(config.columns.filter((column) => column.primary));
  return {
    columns: Object.fromEntries(
      config.columns.map((column) => [column.name, kind(column.getSQLType(), column.notNull)]),
    ),
    primaryKey: own.length > 0 ? own : names(config.primaryKeys[0]?.columns ?? []),
    indexes: Object.fromEntries(
      config.indexes.map(({ config: { name = '', unique, columns, where } }) => [
        name,
        indexed(unique, names(columns), where === undefined ? '' : textOf(where)),
      ]),
    ),
    foreignKeys: config.foreignKeys
      .map((key) => key.reference())
      .map((key) => refers(names(key.columns), getTableName(key.foreignTable), names(key.foreignColumns)))
      .toSorted(),
  };
}

const textOf = (where: SQL): string =>
  where.queryChunks.map((chunk) => (chunk as { value: string[] }).value.join('')).join('');

/** What `schema/sqlite.ts` says. */
export function sqliteShapes(schema: Record<string, unknown>): Shapes {
  const tables = Object.values(schema).filter((value) => is(value, SQLiteTable));
  return Object.fromEntries(tables.map((table) => [getTableName(table), shapeOf(sqliteConfig(table))]));
}

/** What `schema/postgres.ts` says. */
export function postgresShapes(schema: Record<string, unknown>): Shapes {
  const tables = Object.values(schema).filter((value) => is(value, PgTable));
  return Object.fromEntries(tables.map((table) => [getTableName(table), shapeOf(postgresConfig(table))]));
}

/** What stands in a SQLite file. */
export function shapesInSqlite(raw: BetterSqlite3.Database): Shapes {
  const all = <T>(text: string): T[] => raw.prepare<[], T>(text).all();
  const tables = all<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'schema_versions'",
  );
  return Object.fromEntries(
    tables.map(({ name: table }) => {
      const columns = all<{ name: string; type: string; notnull: number; pk: number }>(
        `PRAGMA table_info(${table})`,
      );
      const indexes = all<{ name: string; unique: number; origin: string }>(`PRAGMA index_list(${table})`);
      const keys = all<{ id: number; table: string; from: string; to: string }>(
        `PRAGMA foreign_key_list(${table})`,
      );
      const shape: Shape = {
        columns: Object.fromEntries(
          columns.map((one) => [one.name, kind(one.type.toLowerCase(), one.notnull === 1)]),
        ),
        primaryKey: names(columns.filter((one) => one.pk > 0).toSorted((a, b) => a.pk - b.pk)),
        indexes: Object.fromEntries(
          indexes
            .filter((index) => index.origin === 'c')
            .map((index) => {
              const [made] = all<{ sql: string }>(
                `SELECT sql FROM sqlite_master WHERE name = '${index.name}'`,
              );
              const on = names(all<{ name: string }>(`PRAGMA index_info(${index.name})`));
              return [index.name, indexed(index.unique === 1, on, made?.sql.split(' WHERE ')[1] ?? '')];
            }),
        ),
        foreignKeys: [...Map.groupBy(keys, (key) => key.id).values()]
          .map((parts) =>
            refers(
              parts.map((part) => part.from),
              parts[0]?.table ?? '',
              parts.map((part) => part.to),
            ),
          )
          .toSorted(),
      };
      return [table, shape];
    }),
  );
}

const COLUMNS = `SELECT table_name AS t, column_name AS name, data_type AS type, is_nullable AS nullable, collation_name AS collation
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_versions'
  ORDER BY table_name, ordinal_position`;
const INDEXES = `SELECT c.relname AS t, i.relname AS name, x.indisunique AS uniq, x.indisprimary AS prim,
    pg_get_expr(x.indpred, x.indrelid) AS pred,
    array(SELECT attname::text FROM unnest(x.indkey) WITH ORDINALITY k(n, o)
      JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.n ORDER BY k.o) AS cols
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
  JOIN pg_namespace s ON s.oid = c.relnamespace WHERE s.nspname = 'public' AND c.relname <> 'schema_versions'`;
const KEYS = `SELECT conrelid::regclass::text AS t, confrelid::regclass::text AS target,
    array(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY k(n, o)
      JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.n ORDER BY k.o) AS cols,
    array(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY k(n, o)
      JOIN pg_attribute a ON a.attrelid = confrelid AND a.attnum = k.n ORDER BY k.o) AS to_cols
  FROM pg_constraint WHERE contype = 'f'`;

/** What stands in a Postgres database. A text that is not compared by its bytes has the kind `text in another order`. */
export async function shapesInPostgres(run: RunSql): Promise<Shapes> {
  const columns = (await run(COLUMNS)) as {
    t: string;
    name: string;
    type: string;
    nullable: string;
    collation: string;
  }[];
  const indexes = (await run(INDEXES)) as {
    t: string;
    name: string;
    uniq: boolean;
    prim: boolean;
    pred: string;
    cols: string[];
  }[];
  const keys = (await run(KEYS)) as { t: string; target: string; cols: string[]; to_cols: string[] }[];
  const typeOf = (one: { type: string; collation: string }): string =>
    one.type === 'text' && one.collation !== 'C' ? 'text in another order' : one.type;
  return Object.fromEntries(
    [...Map.groupBy(columns, (column) => column.t)].map(([table, own]): [string, Shape] => [
      table,
      {
        columns: Object.fromEntries(own.map((one) => [one.name, kind(typeOf(one), one.nullable === 'NO')])),
        primaryKey: indexes.find((index) => index.t === table && index.prim)?.cols ?? [],
        indexes: Object.fromEntries(
          indexes
            .filter((index) => index.t === table && !index.prim)
            .map((index) => [index.name, indexed(index.uniq, index.cols, plain(index.pred))]),
        ),
        foreignKeys: keys
          .filter((key) => key.t === table)
          .map((key) => refers(key.cols, key.target, key.to_cols))
          .toSorted(),
      },
    ]),
  );
}

/** A condition without the brackets and casts that Postgres writes into it. */
function plain(condition: string | null): string {
  return (condition ?? '').replaceAll(/::text|[()]/g, '');
}
