/** Finds the snippets of pages and docstrings, and compiles them as a reader would who copies them. */
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { repository } from '../tools/server-process.ts';

export interface Snippet {
  /** File and line of its first line of code. */
  readonly where: string;
  readonly language: string;
  readonly code: string;
  /** Where the page puts it (`file=src/app.tsx` behind the language): the files of one page may import one another. */
  readonly file?: string;
}

/** The fenced blocks of a page, or of the docstrings of a source file. */
export function readSnippets(file: string, text: string): Snippet[] {
  const found: Snippet[] = [];
  let open: { language: string; file: string | undefined; line: number; code: string[] } | undefined;
  for (const [at, line] of text.split('\n').entries()) {
    const bare = file.endsWith('.md') ? line : line.replace(/^\s*(?:\/\*\*|\*) ?/, '');
    const fence = /^\s*```\s*(\w*)(?:\s+file=(\S+))?/.exec(bare);
    // In a source file a fence counts in a docstring only, which begins with a star.
    if (fence !== null && (file.endsWith('.md') || /^\s*\*/.test(line))) {
      if (open === undefined) open = { language: fence[1] ?? '', file: fence[2], line: at + 2, code: [] };
      else {
        const named = open.file === undefined ? {} : { file: open.file };
        const where = `${file}:${open.line}`;
        found.push({ where, language: open.language, code: open.code.join('\n'), ...named });
        open = undefined;
      }
    } else open?.code.push(bare);
  }
  return found;
}

/** Every page and source file whose snippets are checked, relative to the repository. */
export function snippetFiles(): string[] {
  const pages = ['README.md', 'ARCHITECTURE.md', ...globSync('docs/*.md', { cwd: repository })];
  const sources = globSync(
    ['client-sdk/README.md', 'client-sdk/samples/README.md', '{shared,client-sdk}/src/**/*.{ts,tsx}'],
    {
      cwd: repository,
    },
  );
  return [...pages, ...sources];
}

export function allSnippets(): Snippet[] {
  return snippetFiles().flatMap((file) => readSnippets(file, readFileSync(join(repository, file), 'utf8')));
}

/** As a module of its own; what is no import or export runs in an async function, as a fragment would. */
function asModule(code: string): string {
  if (/^export /m.test(code)) return code;
  // What a fragment only declares belongs to the module, too.
  const imports = code.match(/^(?:import [\s\S]*?;|declare [^\n]*;)[^\n]*$/gm) ?? [];
  const rest = imports.reduce((left, one) => left.replace(one, ''), code);
  return `${imports.join('\n')}\nexport async function fragment(): Promise<void> {\n${rest}\n}\n`;
}

const OPTIONS = {
  strict: true,
  noEmit: true,
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'],
  // As a bundler resolves: pages show applications, whose imports name no ending.
  module: 'esnext',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  jsx: 'react-jsx',
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  types: ['node'],
};

function fileOf({ file, language, where }: Snippet, at: number): string {
  if (file !== undefined) return join(where.replace(/\W+\d*$/, '').replaceAll(/\W+/g, '-'), file);
  return `snippet-${at}.${language === 'tsx' ? 'tsx' : 'ts'}`;
}

/** Compiles snippets in a folder of their own; what is wrong, each with where it stands. Nothing: all is well. */
export function compileSnippets(snippets: readonly Snippet[], name: string): string {
  const folder = join(repository, 'test/.output', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const names = new Map(snippets.map((snippet, at) => [fileOf(snippet, at), snippet]));
  for (const [file, { code }] of names) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), asModule(code));
  }
  const config = { compilerOptions: OPTIONS, files: [...names.keys()] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  try {
    execFileSync(join(repository, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
      encoding: 'utf8',
      cwd: folder,
      stdio: 'pipe',
    });
    return '';
  } catch (error) {
    const said = (error as { stdout?: string }).stdout ?? String(error);
    return said.replaceAll(
      /^[^\s(]+\.tsx?/gm,
      (path) => `${names.get(path)?.where ?? relative(repository, path)}, in ${path}`,
    );
  }
}

/** The scripts that shell lines run, `npm run x` and `pnpm x` alike. */
export function scriptsOf(code: string): string[] {
  return [...code.matchAll(/(?:^|[\s;&|])(?:npm|pnpm)(?:\s+run)?\s+([a-z][\w:-]*)/gm)].map(
    ([, script]) => script ?? '',
  );
}
