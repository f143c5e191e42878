/** A fresh id for one act. `crypto.randomUUID` is missing on pages that are not served over TLS; this is not. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
