import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PROTOCOL_VERSION } from '@latchbox/shared';
import { repository } from './server-process.ts';
import { applyPatch, copySources, type Patch, PatchDoesNotFit } from './source-copy.ts';

const run = promisify(execFile);

const line = `export const PROTOCOL_VERSION = ${PROTOCOL_VERSION};`;
const patch: Patch = {
  name: 'another protocol',
  file: 'shared/src/realtime/version.ts',
  find: line,
  replace: 'export const PROTOCOL_VERSION = 4711;',
};

test('a patch must fit exactly once', () => {
  expect(applyPatch('a b c', { ...patch, find: 'b', replace: '$& and d' })).toBe('a $& and d c');
  expect(() => applyPatch('a c', { ...patch, find: 'b' })).toThrow(PatchDoesNotFit);
  expect(() => applyPatch('b b', { ...patch, find: 'b' })).toThrow(PatchDoesNotFit);
});

test('the packages of a copy resolve to the copy, and the sources stay as they are', async () => {
  await using copy = await copySources([patch]);
  const script = `import { PROTOCOL_VERSION } from '@latchbox/shared';
    import { createRequire } from 'node:module';
    console.log(JSON.stringify({ version: PROTOCOL_VERSION, socketIo: import.meta.resolve('socket.io-client') }));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: join(copy.top, 'test'),
  });
  const told = JSON.parse(stdout) as { version: number; socketIo: string };
  expect(told.version).toBe(4711);
  expect(told.socketIo).toContain(await realpath(join(repository, 'node_modules')));
  expect(await readFile(join(repository, patch.file), 'utf8')).toContain(line);
});

test('a patch that does not fit leaves no copy behind', async () => {
  await expect(copySources([{ ...patch, find: 'nowhere to be found' }])).rejects.toThrow(PatchDoesNotFit);
});
