import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const top = resolve(import.meta.dirname, '..');
let folder = '';
let snippets: string[] = [];

// Below the package, so that its own name resolves as it does for its users.
beforeAll(async () => {
  await mkdir(join(top, '.tsbuild'), { recursive: true });
  folder = await mkdtemp(join(top, '.tsbuild', 'readme-'));
  const readme = await readFile(join(top, 'README.md'), 'utf8');
  snippets = Array.from(readme.matchAll(/```ts\n(.*?)```/gs), ([, code = '']) => code);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every snippet of the README compiles', { timeout: 60_000 }, async () => {
  expect(snippets.length).toBeGreaterThan(3);
  await Promise.all(snippets.map((code, index) => writeFile(join(folder, `snippet-${index + 1}.ts`), code)));
  const config = {
    extends: resolve(top, '../tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      composite: false,
      emitDeclarationOnly: false,
      declaration: false,
      lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'],
    },
    include: [join(folder, '*.ts'), resolve(top, '../shared/globals.d.ts')],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiled = run(resolve(top, '../node_modules/.bin/tsc'), ['-p', join(folder, 'tsconfig.json')]);
  await compiled.catch(({ stdout }: { stdout: string }) => expect.fail(stdout));
});

test('the snippet about testing runs, and prints what its comments say', { timeout: 60_000 }, async () => {
  const code = snippets.find((snippet) => snippet.includes('createFakeServer')) ?? '';
  const promised = Array.from(code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm), ([, said]) => said);
  const file = join(folder, 'testing.ts');
  await writeFile(file, `${code}\nawait client.close();\n`);
  const { stdout } = await run(process.execPath, [file], { env: { ...process.env, NODE_OPTIONS: '' } });
  expect(stdout.trim().split('\n')).toEqual(promised);
});
