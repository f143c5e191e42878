/**
 * Inputs that are nearly right, made from schemas: a valid value of each, and one thing about it that is wrong, extreme or odd. The
 * same seed makes the same inputs.
 */

import { z } from 'zod';

export interface Random {
  /** From 0 to 1. */
  (): number;
  pick<T>(from: readonly T[]): T;
  chance(share: number): boolean;
}

/** Numbers that a seed fixes (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return Object.assign(next, {
    pick: <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T,
    chance: (share: number) => next() < share,
  });
}

/** What stands in a JSON schema that `z.toJSONSchema` makes. */
interface Shape {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly minimum?: number;
  readonly minLength?: number;
}

/** Strings that are what their name asks for, by the field's name. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

export function shapeOf(schema: z.ZodType): Shape {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
}

/** A value that the schema takes, or that is near it: texts with a form of their own come out of `known`. */
export function valid(shape: Shape, random: Random, known: Known, name = ''): unknown {
  const given = known[name];
  if (given !== undefined) return random.pick(given);
  if (shape.const !== undefined) return shape.const;
  if (shape.enum !== undefined) return random.pick(shape.enum);
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices !== undefined) return valid(random.pick(choices), random, known, name);
  const type = typeof shape.type === 'string' ? shape.type : random.pick(shape.type ?? ['null']);
  switch (type) {
    case 'object':
      return validObject(shape, random, known);
    case 'array':
      return Array.from({ length: Math.floor(random() * 3) }, () =>
        valid(shape.items ?? {}, random, known, name),
      );
    case 'string':
      return 'x'.repeat(Math.max(shape.minLength ?? 0, 8));
    case 'integer':
    case 'number':
      return Math.max(shape.minimum ?? 0, Math.floor(random() * 5));
    case 'boolean':
      return random.chance(0.5);
    default:
      return null;
  }
}

function validObject({ properties = {}, required = [] }: Shape, random: Random, known: Known): object {
  const fields = Object.entries(properties).filter(([name]) => required.includes(name) || random.chance(0.5));
  return Object.fromEntries(fields.map(([name, shape]) => [name, valid(shape, random, known, name)]));
}

/** Values that something somewhere takes badly. */
export const ODD: readonly unknown[] = [
  null,
  '',
  ' ',
  0,
  -0,
  -1,
  1.5,
  1e300,
  2 ** 53,
  -(2 ** 53),
  Number.MAX_SAFE_INTEGER,
  8_640_000_000_000_001,
  true,
  false,
  [],
  {},
  [null],
  [[]],
  { length: 3 },
  { toString: 'x', valueOf: 'x' },
  { then: 'x' },
  { __proto__: null, constructor: 'x' },
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e\u2066',
  '\u2028',
  'a\r\nBcc: x@example.com',
  "'; DROP TABLE entries; --",
  '%',
  '%_%',
  '*',
  '$1',
  '${7*7}',
  '../../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  'undefined',
  '1e3',
  'x'.repeat(64),
  'x'.repeat(65),
  'é'.repeat(2_000),
  '\u0301'.repeat(2_000),
  '👩‍👩‍👧‍👦'.repeat(50),
  'x'.repeat(70_000),
];

/** One thing about `value` is changed: a field away, a field too much, or something odd in some place of it. */
export function bend(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.05)) return random.pick(ODD);
  if (Array.isArray(value)) {
    const list: unknown[] = [...(value as unknown[])];
    if (list.length === 0 || random.chance(0.3))
      return Array<unknown>(Math.floor(random() * 300)).fill(random.pick(ODD));
    const at = Math.floor(random() * list.length);
    list[at] = bend(list[at], random);
    return list;
  }
  const fields = Object.entries(value);
  const how = random();
  if (fields.length === 0 || how < 0.15) {
    const name = random.pick([
      'isAdmin',
      'agentId',
      'epoch',
      '__proto__',
      'constructor',
      'then',
      '',
      'x'.repeat(3_000),
    ]);
    // As an own field, whatever its name.
    return Object.fromEntries([...fields, [name, random.pick(ODD)]]);
  }
  const [name, old] = random.pick(fields);
  if (how < 0.3) return Object.fromEntries(fields.filter((field) => field[0] !== name));
  return Object.fromEntries(fields.map((field) => (field[0] === name ? [name, bend(old, random)] : field)));
}
