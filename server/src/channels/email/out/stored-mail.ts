import { Readable } from 'node:stream';
import type { FileStore } from '../../../files/file-store.ts';
import { composeMail, type MailContent } from './compose.ts';

/** Larger mails (bytes) lie in a file beside the database. */
const MAX_IN_ROW = 256 * 1_024;
/** A mail whose files are larger (bytes) is written to the disk as it is made; Base64 makes them a third larger. */
const MAX_IN_MEMORY = 128 * 1_024;

/** The bytes of a mail: in a row, or in a file. */
export interface StoredBytes {
  readonly size: number;
  readonly raw: Buffer | null;
  readonly file: string | null;
}

/** Makes a mail and puts it where it is kept, without ever having large files in memory. */
export async function storeMail(
  files: Pick<FileStore, 'write'>,
  content: MailContent & { readonly bytes: number },
): Promise<StoredBytes> {
  const made = composeMail(content);
  if (content.bytes > MAX_IN_MEMORY) return await storeFile(files, made);
  const raw = await bytesOf(made);
  if (raw.length > MAX_IN_ROW) return await storeFile(files, streamOf(raw));
  return { size: raw.length, raw, file: null };
}

/** As `buffer` of `node:stream/consumers`, without a Blob for each of many small mails. */
function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => resolve(Buffer.concat(chunks)));
    stream.once('error', reject);
  });
}

async function storeFile(files: Pick<FileStore, 'write'>, bytes: Readable): Promise<StoredBytes> {
  const { file, size } = await files.write(bytes, { max: Number.MAX_SAFE_INTEGER });
  return { size, raw: null, file };
}

/** As `Readable.from`, without an iterator and a promise for each of many small mails. */
function streamOf(bytes: Buffer): Readable {
  return new Readable({
    read() {
      this.push(bytes);
      this.push(null);
    },
  });
}

/** The bytes of a mail that was kept. */
export async function openStored(
  files: Pick<FileStore, 'open'>,
  { raw, file }: Pick<StoredBytes, 'raw' | 'file'>,
): Promise<Readable> {
  if (raw !== null) return streamOf(raw);
  if (file === null) throw new Error('a mail has no bytes');
  return (await files.open(file)).stream;
}

/** The first bytes of a mail that was kept: its headers, and more. */
export async function startOf(
  files: Pick<FileStore, 'open'>,
  mail: Pick<StoredBytes, 'raw' | 'file'>,
  most: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of await openStored(files, mail)) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    // Leaving the loop closes the file.
    if (size >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}
