const startsWith = (bytes: Uint8Array, at: number, text: string): boolean =>
  Buffer.from(bytes.subarray(at, at + text.length)).toString('latin1') === text;

/**
 * The type of an image that a browser shows and that cannot hold a script, by the first bytes of the file; undefined for
 * everything else, whatever its sender called it. SVG is none of them.
 */
export function imageType(head: Uint8Array): string | undefined {
  if (startsWith(head, 0, '\x89PNG\r\n\x1a\n')) return 'image/png';
  if (startsWith(head, 0, '\xff\xd8\xff')) return 'image/jpeg';
  if (startsWith(head, 0, 'GIF87a') || startsWith(head, 0, 'GIF89a')) return 'image/gif';
  if (startsWith(head, 0, 'RIFF') && startsWith(head, 8, 'WEBP')) return 'image/webp';
  return undefined;
}
