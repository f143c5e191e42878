/** Seeds that once showed a fault, with the number of steps that they were run with. They stay, and a test runs them. */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const Kept = z.strictObject({
  seed: z.number().int(),
  steps: z.number().int(),
  /** The invariant that did not hold. */
  showed: z.string(),
  /** What was behind it, once somebody knows. */
  why: z.string().optional(),
});
export type Kept = z.infer<typeof Kept>;

const FILE = new URL('./kept.json', import.meta.url);

export async function keptSeeds(): Promise<readonly Kept[]> {
  return z.array(Kept).parse(JSON.parse(await readFile(FILE, 'utf8')));
}

/** Adds seeds to the list, those that are not on it. */
export async function keepSeeds(found: readonly Kept[]): Promise<void> {
  const known = await keptSeeds();
  const isNew = ({ seed, steps }: Kept): boolean =>
    !known.some((one) => one.seed === seed && one.steps === steps);
  await writeFile(FILE, `${JSON.stringify([...known, ...found.filter(isNew)], null, 2)}\n`);
}
