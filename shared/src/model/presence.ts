import { z } from 'zod';
import { Person } from './agent.ts';
import { DraftKind } from './conversation.ts';
import { ServerTime } from './scalars.ts';

/** `away`: no activity for five minutes, or every tab of that agent is hidden (L10). */
export const Availability = z.enum(['online', 'away', 'offline']);
export type Availability = z.infer<typeof Availability>;

/** Somebody who has a conversation open; one a person, however many tabs. */
export const Viewer = z.strictObject({
  person: Person,
  sessions: z.number().int().positive(),
  availability: z.enum(['online', 'away']),
});
export type Viewer = z.infer<typeof Viewer>;

/** Somebody who writes right now. Receivers drop it at `until` by themselves (L9). */
export const Typist = z.strictObject({ person: Person, kind: DraftKind, until: ServerTime });
export type Typist = z.infer<typeof Typist>;
