import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../tools/server-process.ts';

const OPTIONS =
  '--ignoreConfig --noEmit --strict --allowImportingTsExtensions --types node --target es2024 --module nodenext --moduleResolution nodenext --pretty false';
const API = readFileSync(join(repository, 'client-sdk/api/client.api.d.ts'), 'utf8');

/** Names in the client's public types, and in `more`, that these libraries do not give. The page leaves out the shared contract's. */
function unknownNames(file: string, lib: string): string[] {
  try {
    const options = [...OPTIONS.split(' '), '--lib', lib, file];
    execFileSync(join(repository, 'node_modules/.bin/tsc'), options, { encoding: 'utf8', stdio: 'pipe' });
    return [];
  } catch (error) {
    const said = (error as { stdout?: string }).stdout ?? String(error);
    return [...said.matchAll(/error TS2304: Cannot find name '(\w+)'/g)].map(([, name]) => name ?? '');
  }
}

/** Names that only the DOM gives. */
function domNames(name: string, more: string): string[] {
  const folder = join(repository, 'test/.output');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.d.ts`);
  writeFileSync(file, `${API}\n${more}\n`);
  const known = new Set(unknownNames(file, 'es2024,esnext.disposable,dom,dom.iterable'));
  return unknownNames(file, 'es2024,esnext.disposable').filter((unknown) => !known.has(unknown));
}

test('S1: the public types of the client name nothing of the DOM and import no framework', {
  timeout: 120_000,
}, () => {
  // Nothing but the one that is put there to see that it would be found.
  expect(domNames('dom-names', 'export declare const root: HTMLElement;')).toEqual(['HTMLElement']);
  const imported = [...API.matchAll(/from '([^']+)'/g)].map(([, source]) => source ?? '');
  expect(imported.filter((source) => !source.startsWith('.') && !source.startsWith('@latchbox/'))).toEqual(
    [],
  );
});
