/** Plans that once showed a fault, cut down to what it takes. They stay, and a test runs them. */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { ACTS } from './acts.ts';
import type { Plan } from './plan.ts';

const PlanKept: z.ZodType<Plan> = z.strictObject({
  seed: z.number().int(),
  weather: z.strictObject({
    network: z.number(),
    inside: z.number(),
    store: z.number(),
    hintLoss: z.number(),
  }),
  steps: z.array(
    z.strictObject({
      number: z.number().int(),
      wait: z.number(),
      act: z.custom<Plan['steps'][number]['act']>((name) => typeof name === 'string' && name in ACTS),
      params: z.array(z.number()),
    }),
  ),
});

const Kept = z.strictObject({
  /** The invariant that did not hold, and what was behind it, once somebody knows. */
  showed: z.string(),
  plan: PlanKept,
});
export type Kept = z.infer<typeof Kept>;

const FILE = new URL('./kept.json', import.meta.url);

export async function keptPlans(): Promise<readonly Kept[]> {
  return z.array(Kept).parse(JSON.parse(await readFile(FILE, 'utf8')));
}

export async function keepPlans(found: readonly Kept[]): Promise<void> {
  await writeFile(FILE, `${JSON.stringify([...(await keptPlans()), ...found], null, 2)}\n`);
}
