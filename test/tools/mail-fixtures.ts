/** Mails of many programs that lie beside this repository where it is worked on; they are not part of it. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './server-process.ts';

const FOLDER = join(repository, '../shared/fixtures/mail');

/** Tests that need them are skipped without, and say so. */
export const hasMailFixtures = existsSync(FOLDER);
if (!hasMailFixtures)
  process.stderr.write(`No mail fixtures in ${FOLDER}: the tests that need them are skipped.\n`);

export interface MailFixture {
  /** `kind/file`, as in `charsets/…eml`. */
  readonly name: string;
  readonly kind: string;
  readonly raw: Buffer;
}

export function mailFixtures(): MailFixture[] {
  const kinds = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return kinds.flatMap(({ name: kind }) =>
    readdirSync(join(FOLDER, kind)).map((file) => ({
      name: `${kind}/${file}`,
      kind,
      raw: readFileSync(join(FOLDER, kind, file)),
    })),
  );
}

/** One of the files of cases beside the mails. */
export function mailCases<T>(file: string): T {
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as T;
}
