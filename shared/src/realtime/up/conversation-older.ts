import { z } from 'zod';
import { Entry } from '../../model/entry.ts';
import { Id, Position } from '../../model/scalars.ts';
import { command } from '../command.ts';

/** Entries before a position, oldest first in the answer. */
export const conversationOlder = command({
  rate: 'read',
  delivery: 'acknowledged',
  input: z.strictObject({
    conversationId: Id,
    before: Position.min(1),
    limit: z.number().int().min(1).max(200),
  }),
  result: z.strictObject({ entries: z.array(Entry), hasMore: z.boolean() }),
});
