import type { Readable } from 'node:stream';

/** A file that was written: the name under which it is found again, made by the store, and its size in bytes. */
export interface StoredFile {
  readonly file: string;
  readonly size: number;
}

/** A stored file that is open for reading. Whoever opened it reads `stream` to its end or destroys it. */
export interface OpenFile {
  /** Bytes. */
  readonly size: number;
  /** Its first bytes, at most 16: enough to see whether it is the image that it says it is. */
  readonly head: Uint8Array;
  readonly stream: Readable;
}

/**
 * Bytes too large for the database. A file is written first and named in a row afterwards; a file that no row ever named
 * (the process died in between) is found by `sweep`.
 */
export interface FileStore {
  /**
   * Writes all of `content` to the disk (fsync) without holding it in memory. Throws `too_large` beyond `max` bytes,
   * `StorageFull`, and whatever `content` throws; then nothing of it stays.
   */
  write(
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: { readonly max: number },
  ): Promise<StoredFile>;
  /** Throws `not_found` for a name that nothing has. */
  open(file: string): Promise<OpenFile>;
  /** All of a file, for what has to be parsed at once. Throws `not_found`. */
  read(file: string): Promise<Buffer>;
  /** Removes a file; one that is not there is fine. */
  remove(file: string): Promise<void>;
  /**
   * Looks at the files that were written more than `olderThan` ms ago and since the last look: those that `isNamed` knows are
   * kept, the others are removed. Answers how many were removed.
   */
  sweep(
    olderThan: number,
    isNamed: (files: readonly string[]) => Promise<ReadonlySet<string>>,
  ): Promise<number>;
}

/** The disk has no room for a file. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull';

  constructor(cause: unknown) {
    super('There is no room left for files.', { cause });
  }
}
