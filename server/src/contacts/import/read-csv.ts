/** A CSV file as rows of cells, some at a time. */
import { Readable } from 'node:stream';
import { LatchboxError, refuseBy, RULES } from '@latchbox/shared';
import { CsvError, parse } from 'csv-parse';
import { nextTurn } from '../../lib/next-turn.ts';
import { type Encoding, encodingOf, textOf } from './decode.ts';

export const SEPARATORS = [',', ';', '\t'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** Most characters of a row: what is longer is a quote that was never closed. */
const MAX_ROW = 100_000;
/** Most columns. */
const MAX_COLUMNS = 200;

export interface CsvFile {
  readonly encoding: Encoding;
  readonly separator: Separator;
  /** The names in the first row; those that are empty are called by their place. */
  readonly header: readonly string[];
  /** The rows below it with their numbers as a spreadsheet counts them, in portions. Throws `refused`. */
  readonly portions: (size: number) => AsyncGenerator<{ readonly row: number; readonly cells: string[] }[]>;
}

/** Throws `refused` for what is no CSV of contacts. */
export async function openCsv(bytes: Buffer): Promise<CsvFile> {
  const encoding = encodingOf(bytes);
  const start = firstOf(textOf(bytes, encoding)) ?? '';
  const { separator, skipped } = separatorOf(start);
  const read = (size: number) => portionsOf(bytes, encoding, separator, size);
  for await (const [first] of read(1)) {
    if (first === undefined) break;
    const header = headerOf(first.cells);
    return {
      encoding,
      separator,
      header,
      async *portions(size) {
        let isFirst = true;
        for await (const portion of read(size)) {
          yield (isFirst ? portion.slice(1) : portion).map(({ row, cells }) => ({
            row: row + skipped,
            cells,
          }));
          isFirst = false;
        }
      },
    };
  }
  throw refuseBy('contact_file_empty');
}

function firstOf(pieces: Generator<string>): string | undefined {
  for (const piece of pieces) return piece;
  return undefined;
}

function headerOf(cells: readonly string[]): string[] {
  if (cells.length > MAX_COLUMNS) throw refuseBy('contact_file_columns');
  return cells.map((cell, at) => cell.trim().slice(0, 200) || `Column ${at + 1}`);
}

/** By which character the first row is divided, outside of quotes; some programs say it in a line of its own before. */
export function separatorOf(start: string): { readonly separator: Separator; readonly skipped: number } {
  const said = /^sep=([,;\t])\r?\n/i.exec(start)?.[1];
  const isSeparator = SEPARATORS.find((one) => one === said);
  if (isSeparator !== undefined) return { separator: isSeparator, skipped: 1 };
  const counts = new Map<string, number>();
  let quoted = false;
  for (const letter of start) {
    if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === '\n' || letter === '\r')) break;
    else if (!quoted) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  const count = (one: string): number => counts.get(one) ?? 0;
  const separator = SEPARATORS.toSorted((a, b) => count(b) - count(a))[0] ?? ',';
  return { separator, skipped: 0 };
}

async function* portionsOf(
  bytes: Buffer,
  encoding: Encoding,
  separator: Separator,
  size: number,
): AsyncGenerator<{ readonly row: number; readonly cells: string[] }[]> {
  const parser = parse({
    delimiter: separator,
    relax_column_count: true,
    relax_quotes: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: MAX_ROW,
  });
  const source = Readable.from(withoutHint(textOf(bytes, encoding)));
  source.on('error', (error) => parser.destroy(error));
  let portion: { row: number; cells: string[] }[] = [];
  let nth = 0;
  try {
    for await (const cells of source.pipe(parser) as AsyncIterable<string[]>) {
      nth += 1;
      // An empty line is a row to a spreadsheet, too.
      if (cells.every((cell) => cell.trim() === '')) continue;
      portion.push({ row: nth, cells });
      if (portion.length < size) continue;
      yield portion;
      portion = [];
      // Streams go on between the turns of the loop, where nobody else comes to anything.
      await nextTurn();
    }
  } catch (error) {
    throw refusalOf(error, nth + 1);
  } finally {
    source.destroy();
  }
  if (portion.length > 0) yield portion;
}

/** Without the line that names the separator. */
function* withoutHint(pieces: Generator<string>): Generator<string> {
  let isFirst = true;
  for (const piece of pieces) {
    yield isFirst ? piece.replace(/^sep=[,;\t]\r?\n/i, '') : piece;
    isFirst = false;
  }
}

function refusalOf(error: unknown, row: number): unknown {
  if (!(error instanceof CsvError)) return error;
  const message = `${RULES.contact_file_quote} It begins in row ${row} or below.`;
  return new LatchboxError('refused', { rule: 'contact_file_quote' }, { message });
}
