/** Up to two letters for somebody: of the first and the last word of the name, or the last two digits of a number. */
export function initials(name: string): string {
  const words = name.split(/[\s-]+/u).filter((word) => /\p{L}/u.test(word));
  const [first, ...rest] = words;
  if (first === undefined) return name.replaceAll(/\D/g, '').slice(-2);
  const letter = (word: string | undefined) => /\p{L}/u.exec(word ?? '')?.[0] ?? '';
  return (letter(first) + letter(rest.at(-1))).toLocaleUpperCase('en');
}

/** The first word of a name: how colleagues call each other. A number that stands for a name stays whole. */
export function firstName(name: string): string {
  if (!/\p{L}/u.test(name)) return name;
  return name.trim().split(/\s+/u)[0] ?? name;
}

/** The address to show beside a name; empty where the name is that address, as with numbers nobody has a name for. */
export function addressBeside({
  name,
  address,
}: {
  readonly name: string;
  readonly address: string;
}): string {
  const plain = (text: string) => text.replaceAll(/[\s()-]/g, '').toLowerCase();
  return plain(name) === plain(address) ? '' : address;
}

/** One of the six quiet colours for people, always the same one for the same id. */
export function whoColour(id: string): number {
  let hash = 2_166_136_261;
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  // The low bits of this hash alone repeat too soon for ids that count up.
  return (((hash ^ (hash >>> 13)) >>> 0) % 6) + 1;
}

/** "Ana", "Ana and Ben", "Ana, Ben and 2 more". */
export function namesOf(people: readonly { readonly name: string }[]): string {
  const names = people.map((person) => firstName(person.name));
  if (names.length <= 2) return names.join(' and ');
  if (names.length === 3) return `${names[0]}, ${names[1]} and ${names[2]}`;
  return `${names[0]}, ${names[1]} and ${names.length - 2} more`;
}
