/** Types that the server serves to be looked at; everything else is only ever saved. */
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

export function isPicture(type: string): boolean {
  return PICTURES.includes(type.toLowerCase());
}

/** "840 B", "84 kB", "1.2 MB" */
export function sizeWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1_000)} kB`;
  const mega = bytes / 1_000_000;
  return `${mega < 10 ? mega.toFixed(1) : Math.round(mega)} MB`;
}
