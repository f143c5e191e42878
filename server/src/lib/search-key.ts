/** A name as it is searched for and put in order: small letters, without accents and without doubled spaces. */
export function searchKey(name: string): string {
  return name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}
