const MAX = 48;

/** An API code made from a name: "Büro & Lager" → `buro-lager`; `inbox` where nothing is left of it. */
export function apiCodeOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX - 4)
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? 'inbox' : plain;
}

/** The code itself, or with the first number that nobody has: `orders-2`. */
export function freeApiCode(code: string, taken: readonly string[]): string {
  const used = new Set(taken);
  if (!used.has(code)) return code;
  for (let number = 2; ; number += 1) {
    const next = `${code}-${number}`;
    if (!used.has(next)) return next;
  }
}
