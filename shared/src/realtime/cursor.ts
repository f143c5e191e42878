import { z } from 'zod';
import { Id, Seq, StreamId } from '../model/scalars.ts';

/**
 * A place in a stream. `logEpoch` changes when the log is no longer the one that was read (a backup was restored); a
 * cursor of another epoch is refused with `resync`.
 */
export const Cursor = z.strictObject({ stream: StreamId, logEpoch: Id, seq: Seq });
export type Cursor = z.infer<typeof Cursor>;
