/** What a file of a spreadsheet is written in, and its text. */
import { isUtf8 } from 'node:buffer';
import { refuseBy } from '@latchbox/shared';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Bytes at the beginning by which texts of two bytes a letter are told from others. */
const LOOKED_AT = 4_096;
/** Bytes that are decoded at once: what else the server does waits for no more. */
const SLICE = 64 * 1_024;

const startsWith = (bytes: Buffer, ...start: readonly number[]): boolean =>
  start.every((byte, at) => bytes[at] === byte);

/** Throws `refused` for what is no text. */
export function encodingOf(bytes: Buffer): Encoding {
  // A .xlsx is a zip; an old .xls is a compound file.
  if (startsWith(bytes, 0x50, 0x4b, 0x03, 0x04) || startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0))
    throw refuseBy('contact_file_spreadsheet');
  if (startsWith(bytes, 0xff, 0xfe)) return 'utf-16le';
  if (startsWith(bytes, 0xfe, 0xff)) return 'utf-16be';
  const head = bytes.subarray(0, LOOKED_AT);
  const zeros = [0, 0];
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even === 0 && odd > head.length / 4) return 'utf-16le';
  if (odd === 0 && even > head.length / 4) return 'utf-16be';
  if (even + odd > 0) throw refuseBy('contact_file_unreadable');
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

/** The text in pieces, without a byte order mark. */
export function* textOf(bytes: Buffer, encoding: Encoding): Generator<string> {
  const decoder = new TextDecoder(encoding);
  for (let from = 0; from < bytes.length; from += SLICE) {
    const last = from + SLICE >= bytes.length;
    yield decoder.decode(bytes.subarray(from, from + SLICE), { stream: !last });
  }
}
