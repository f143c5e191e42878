/** INBOX alone is written in any case (RFC 3501). */
export function samePath(one: string, other: string): boolean {
  return one === other || (one.toUpperCase() === 'INBOX' && other.toUpperCase() === 'INBOX');
}
