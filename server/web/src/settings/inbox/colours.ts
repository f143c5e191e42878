/** Colours that an inbox can have: told apart in both themes, and each with a name, as no colour stands for itself alone. */
export const COLOURS: readonly (readonly [colour: string, name: string])[] = [
  ['#3b82a0', 'Lake'],
  ['#6d8b2f', 'Moss'],
  ['#c2643b', 'Brick'],
  ['#8a5a9e', 'Plum'],
  ['#4c6ef5', 'Blue'],
  ['#b08a1e', 'Brass'],
  ['#b4436c', 'Rose'],
  ['#5f6b73', 'Slate'],
];

export function colourName(colour: string): string {
  return COLOURS.find(([one]) => one === colour.toLowerCase())?.[1] ?? colour;
}
