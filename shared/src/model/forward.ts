import { z } from 'zod';
import { Id, Position } from './scalars.ts';

/** Most files that can be left out of what is passed on: more than any mail is stored with. */
const MOST_LEFT_OUT = 200;

/** A message or reply that is passed on to an outsider (T11), with its files but those that are left out. */
export const Forward = z.strictObject({
  position: Position.min(1),
  /** Ids of files that do not go along. */
  without: z.array(Id).max(MOST_LEFT_OUT).optional(),
});
export type Forward = z.infer<typeof Forward>;
