import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../tools/server-process.ts';
import { allSnippets, compileSnippets, readSnippets, scriptsOf, snippetFiles } from './snippets.ts';

/** What npm and pnpm know by themselves. */
const BUILT_IN = new Set(['install', 'create', 'add', 'exec', 'dlx', 'test', 'start', 'pack', 'publish']);
const isTypeScript = ({ language }: { readonly language: string }) =>
  ['ts', 'tsx', 'typescript'].includes(language);
const scriptsIn = (folder: string) =>
  Object.keys(
    (
      JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8')) as {
        scripts: Record<string, string>;
      }
    ).scripts,
  );
/** Those of the repository; a page about the samples means theirs. */
const isScript = (where: string, script: string) =>
  scriptsIn('.').includes(script) ||
  (where.startsWith('client-sdk/samples/') && scriptsIn('client-sdk/samples/plain').includes(script));

test('every TypeScript snippet of the pages and docstrings compiles under strict', {
  timeout: 120_000,
}, () => {
  const snippets = allSnippets().filter(isTypeScript);
  expect(snippets.map(({ where }) => where.split(':')[0])).toEqual(
    expect.arrayContaining(['README.md', 'docs/errors.md']),
  );
  expect(compileSnippets(snippets, 'snippets')).toBe('');
});

test('the tests that docs/testing.md shows run, and pass', { timeout: 60_000 }, () => {
  const shown = allSnippets().filter(({ file }) => file?.endsWith('.test.ts') === true);
  expect(shown.length).toBeGreaterThan(1);
  expect(compileSnippets(shown, 'shown-tests')).toBe('');
  const folder = join(repository, 'test/.output/shown-tests');
  const files = globSync('**/*.test.ts', { cwd: folder });
  expect(files).toHaveLength(shown.length);
  const options = { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH } } as const;
  const said = execFileSync(process.execPath, ['--test', '--test-reporter=tap', ...files], options);
  expect(said).toContain(`# pass ${shown.length}`);
});

test('what the samples share is the same in each, and what pages show of them is what they have', () => {
  const read = (path: string) => readFileSync(join(repository, 'client-sdk/samples', path), 'utf8').trim();
  for (const file of ['words.ts', 'latchbox.ts'])
    for (const sample of ['plain', 'vue'])
      expect(read(`${sample}/src/${file}`)).toBe(read(`react/src/${file}`));
  const shown = allSnippets().find(
    ({ where, file }) => file !== undefined && where.includes('frameworks.md'),
  );
  expect(shown?.code).toBe(read('vue/src/use-readable.ts'));
});

test('a broken snippet is told with its page and line, a fragment is not', { timeout: 120_000 }, () => {
  const page = [
    '# A page',
    '```ts',
    "import { createLatchbox } from '@latchbox/client';",
    'createLatchbox({ url: 7 });',
    '```',
  ];
  const docstring = ['/**', ' * @example', ' * ```ts', ' * const one: string = 1;', ' * ```', ' */'];
  const fragment = ['```ts', 'const text = await Promise.resolve("fine");', 'console.log(text);', '```'];
  const broken = [
    ...readSnippets('page.md', page.join('\n')),
    ...readSnippets('source.ts', docstring.join('\n')),
  ];
  const wrong = compileSnippets(
    [...broken, ...readSnippets('fragment.md', fragment.join('\n'))],
    'broken-snippets',
  );
  expect(wrong).toMatch(/page\.md:3, in snippet-0/);
  expect(wrong).toMatch(/source\.ts:4, in snippet-1/);
  expect(wrong).not.toContain('fragment.md');
});

test('every script that a shell block or a page names exists', () => {
  const named = allSnippets()
    .filter(({ language }) => ['sh', 'bash', 'shell'].includes(language))
    .flatMap(({ where, code }) => scriptsOf(code).map((script) => ({ where, script })));
  const inline = snippetFiles()
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...readFileSync(join(repository, file), 'utf8').matchAll(/`((?:npm|pnpm) [^`]+)`/g)].flatMap(
        ([, code]) => scriptsOf(code ?? '').map((script) => ({ where: file, script })),
      ),
    );
  expect(named.length).toBeGreaterThan(2);
  expect(
    [...named, ...inline].filter(({ where, script }) => !isScript(where, script) && !BUILT_IN.has(script)),
  ).toEqual([]);
  expect(scriptsOf('npm run nowhere')).toEqual(['nowhere']);
});

test('every link from a page to a file of the project leads somewhere', () => {
  const dead = snippetFiles()
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...readFileSync(join(repository, file), 'utf8').matchAll(/\]\((?!https?:|#|mailto:|cid:)([^)#\s]+)/g)]
        .map(([, target]) => target ?? '')
        .filter((target) => !existsSync(join(repository, dirname(file), target)))
        .map((target) => `${file} → ${target}`),
    );
  expect(dead).toEqual([]);
});
