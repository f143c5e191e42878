import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const top = resolve(import.meta.dirname, '..');

/** The declarations of the package's own files, as the compiler writes them. */
async function declarations(): Promise<{ folder: string; source: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-api-'));
  const tsc = resolve(top, '../node_modules/.bin/tsc');
  await run(tsc, ['-p', 'tsconfig.src.json', '--outDir', folder, '--tsBuildInfoFile', join(folder, 'info')], {
    cwd: top,
  });
  return { folder, source: join(folder, 'src') };
}

interface Named {
  readonly name: string;
  readonly from: string;
}

/** What an entry exports, and which file it comes from. */
function exportsOf(entry: string): Named[] {
  return Array.from(entry.matchAll(/export (?:type )?\{([^}]*)\} from '([^']*)'/g)).flatMap(
    ([, names = '', from = '']) =>
      names
        .split(',')
        .map((name) => name.replace('type ', '').trim())
        .filter((name) => name !== '')
        .map((name) => ({ name, from })),
  );
}

/** The declaration of one name in a file of declarations; of an overloaded function all of them. */
function declarationOf(name: string, text: string): string {
  const start = new RegExp(
    `^export (?:declare )?(?:abstract )?(?:interface|type|class|function|const) ${name}\\b`,
    'gm',
  );
  const found = Array.from(text.matchAll(start), ({ index }) => {
    const lines = text.slice(index).split('\n');
    // A comment inside a union stands at the beginning of its line, too: only what is closed may end.
    let open = 0;
    const end = lines.findIndex((line, at) => {
      if (at > 0 && open === 0 && /^(export |declare |interface |type |class |\/\*\*|import )/.test(line))
        return true;
      const code = line.replace(/\/\*\*.*\*\/|^\s*\*.*/, '');
      open += (code.match(/[([{]/g) ?? []).length - (code.match(/[)\]}]/g) ?? []).length;
      return false;
    });
    return lines
      .slice(0, end < 0 ? undefined : end)
      .join('\n')
      .trimEnd();
  });
  if (found.length === 0) throw new Error(`There is no declaration of ${name}.`);
  return found.join('\n');
}

async function report(entry: string, source: string): Promise<string> {
  const path = join(source, entry);
  const parts: string[] = [];
  for (const { name, from } of exportsOf(await readFile(path.replace('.ts', '.d.ts'), 'utf8'))) {
    if (from.startsWith('@')) {
      parts.push(`export { ${name} } from '${from}';`);
      continue;
    }
    const file = resolve(dirname(path), from).replace(/\.ts$/, '.d.ts');
    parts.push(`// ${relative(source, file)}\n${declarationOf(name, await readFile(file, 'utf8'))}`);
  }
  return `${parts.sort().join('\n\n')}\n`;
}

test('the public API is the one that was agreed on (update with vitest -u, and say so in the change log)', {
  timeout: 120_000,
}, async () => {
  const { folder, source } = await declarations();
  try {
    await expect(await report('index.ts', source)).toMatchFileSnapshot('../api/client.api.d.ts');
    await expect(await report('admin/index.ts', source)).toMatchFileSnapshot('../api/admin.api.d.ts');
    await expect(await report('calls.ts', source)).toMatchFileSnapshot('../api/calls.api.d.ts');
    await expect(await report('mail.ts', source)).toMatchFileSnapshot('../api/mail.api.d.ts');
    await expect(await report('react/index.ts', source)).toMatchFileSnapshot('../api/react.api.d.ts');
    await expect(await report('sms.ts', source)).toMatchFileSnapshot('../api/sms.api.d.ts');
    await expect(await report('testing/index.ts', source)).toMatchFileSnapshot('../api/testing.api.d.ts');
  } finally {
    await rm(folder, { recursive: true });
  }
});
