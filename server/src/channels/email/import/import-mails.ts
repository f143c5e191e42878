import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How often one mail is tried when the server cannot be reached or is busy, and how long (ms) is waited first. */
const ATTEMPTS = 6;
const FIRST_PAUSE = 500;
/** How much of a file is looked at for its date. */
const HEADERS_WITHIN = 65_536;

export interface ImportOptions {
  readonly url: string;
  readonly key: string;
  /** Id or API code. */
  readonly inbox: string;
  /** Files, and folders with all that is in them. */
  readonly paths: readonly string[];
  /** Shows how far it is, in one line that replaces the one before. */
  progress(line: string): void;
  /** Says what stays on the screen: files that failed, and the summary. */
  say(line: string): void;
}

export interface ImportSummary {
  readonly filed: number;
  /** Were there already. */
  readonly known: number;
  readonly failed: number;
}

/**
 * Files mails into an inbox over REST, the oldest first by their Date, so that threads read in order. A file that fails is named and
 * the others go on. Throws an `Error` in words when nothing can be filed at all: no such path, key or inbox.
 */
export async function importMails(options: ImportOptions): Promise<ImportSummary> {
  const files = await inOrder(await filesOf(options.paths));
  if (files.length === 0) throw new Error('There is no .eml file in what was named.');
  await check(options);
  const counts = { filed: 0, known: 0, failed: 0 };
  for (const [at, file] of files.entries()) {
    try {
      counts[await fileOne(options, file)] += 1;
    } catch (error) {
      if (error instanceof CannotImport) throw error;
      counts.failed += 1;
      options.progress('');
      options.say(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
    options.progress(`${at + 1} of ${files.length}${counts.failed === 0 ? '' : `, ${counts.failed} failed`}`);
  }
  options.progress('');
  options.say(`${counts.filed} filed, ${counts.known} known already, ${counts.failed} failed.`);
  return counts;
}

/** A file that is named itself is taken whatever it is called. */
async function filesOf(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => {
      throw new Error(`There is nothing at ${path}.`);
    });
    if (!found.isDirectory()) {
      files.push(path);
      continue;
    }
    const inside = await readdir(path, { recursive: true, withFileTypes: true });
    for (const entry of inside) {
      if (entry.isFile() && /\.eml$/i.test(entry.name)) files.push(join(entry.parentPath, entry.name));
    }
  }
  return [...new Set(files)];
}

async function inOrder(files: readonly string[]): Promise<string[]> {
  const dated: { file: string; date: number }[] = [];
  for (const file of files) {
    // What cannot be read is told when its turn comes.
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    const head = bytes.subarray(0, HEADERS_WITHIN).toString('latin1');
    const date = Date.parse(/^date:[ \t]*([^\r\n]+)/im.exec(head)?.[1]?.replace(/\(.*$/, '') ?? '');
    dated.push({ file, date: Number.isNaN(date) ? 0 : date });
  }
  return dated
    .toSorted((a, b) => a.date - b.date || a.file.localeCompare(b.file, 'en'))
    .map(({ file }) => file);
}

/** Concerns every file alike: better said once than for each of ten thousand. */
class CannotImport extends Error {}

async function check({ url }: ImportOptions): Promise<void> {
  const answer = await fetch(new URL('/health/live', url)).catch(() => undefined);
  if (answer?.ok !== true) throw new CannotImport(`No server answers at ${url}.`);
}

async function fileOne({ url, key, inbox }: ImportOptions, file: string): Promise<'filed' | 'known'> {
  const address = new URL(`/api/inboxes/${encodeURIComponent(inbox)}/mails`, url);
  const body = await readFile(file);
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' },
      body,
    }).catch(() => undefined);
    if (answer?.ok === true) {
      const { duplicate } = (await answer.json()) as { duplicate: boolean };
      return duplicate ? 'known' : 'filed';
    }
    if (answer !== undefined && [401, 403, 404].includes(answer.status)) {
      throw new CannotImport(await sentenceOf(answer));
    }
    const later = answer === undefined || answer.status === 429 || answer.status >= 500;
    if (!later || attempt === ATTEMPTS) {
      throw new Error(answer === undefined ? 'the server does not answer' : await sentenceOf(answer));
    }
    const asked = Number(answer?.headers.get('retry-after') ?? 0) * 1_000;
    await pause(Math.max(asked, FIRST_PAUSE * 2 ** (attempt - 1)));
  }
}

async function sentenceOf(answer: Response): Promise<string> {
  const { error } = (await answer.json().catch(() => ({}))) as { error?: { message?: string } };
  return error?.message ?? `the server answered ${answer.status}`;
}
