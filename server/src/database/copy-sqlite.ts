/** Copies a SQLite file while servers write to it, and looks whether a copy is whole. */

/** More pages than a file can have: all in one step, under one view of the file. */
const ALL_PAGES = 0x7f_ff_ff_ff;

/**
 * Copies the database as it is at one moment, through SQLite's online backup. In steps it would begin anew with every commit of a
 * server, and under load never end; in one step it has one view, and in write-ahead-log mode keeps no writer waiting. The copy is
 * a single file. Throws an `Error` when the copy is not whole.
 */
export async function copySqlite(file: string, copy: string): Promise<void> {
  const { default: Sqlite } = await import('better-sqlite3');
  const source = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    await source.backup(copy, { progress: () => ALL_PAGES });
  } finally {
    source.close();
  }
  const made = new Sqlite(copy);
  try {
    made.pragma('journal_mode = DELETE');
    const found = made.pragma('integrity_check', { simple: true });
    if (found !== 'ok') throw new Error(`The copy of the database is damaged: ${String(found)}`);
  } finally {
    made.close();
  }
}
