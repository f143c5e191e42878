/**
 * Writes the next migration of both databases from the schemas: `pnpm --filter @latchbox/server migration <name>`. The files
 * it writes are checked in; the server only reads them.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const BREAK = '--> statement-breakpoint';

/**
 * What drizzle-kit cannot say for Postgres: texts compare as bytes, tables are found by the search path, and a foreign key
 * comes after the unique index that it points to.
 */
export function finishPostgres(text: string): string {
  const statements = text
    .split(BREAK)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
    .map((statement) =>
      statement
        .replaceAll('"public".', '')
        .replaceAll(/^(\t"\w+" text)(?! COLLATE)/gm, '$1 COLLATE "C"')
        .replaceAll(/( ADD COLUMN "\w+" text)(?! COLLATE)/g, '$1 COLLATE "C"'),
    );
  const isForeignKey = (statement: string): boolean => statement.includes(' FOREIGN KEY ');
  const ordered = [...statements.filter((one) => !isForeignKey(one)), ...statements.filter(isForeignKey)];
  return `${ordered.join(`\n${BREAK}\n`)}\n`;
}

function generate(dialect: 'sqlite' | 'postgres', name: string, out: string): void {
  const root = join(import.meta.dirname, '../../..');
  const kit = join(dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs');
  const schema = join('src/database/schema', `${dialect}.ts`);
  const kind = dialect === 'sqlite' ? 'sqlite' : 'postgresql';
  const args = [kit, 'generate', '--dialect', kind, '--schema', schema, '--out', out, '--name', name];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`drizzle-kit failed for ${dialect}`);
}

function main(name: string): void {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    const folder = join('src/database/migrations', dialect);
    const before = new Set(readdirSync(join(import.meta.dirname, dialect)));
    generate(dialect, name, folder);
    for (const file of readdirSync(join(import.meta.dirname, dialect))) {
      if (dialect === 'sqlite' || before.has(file) || !file.endsWith('.sql')) continue;
      const path = join(import.meta.dirname, dialect, file);
      writeFileSync(path, finishPostgres(readFileSync(path, 'utf8')));
    }
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const name = process.argv[2];
  if (name === undefined || !/^[a-z0-9_]+$/.test(name))
    throw new Error('Give the migration a name, as in add_tags.');
  main(name);
}
