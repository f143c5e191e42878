import { z } from 'zod';
import { StreamId } from '../../model/scalars.ts';
import { command } from '../command.ts';

/** Stops the delivery of a stream to this connection. Not being subscribed is no error. */
export const streamUnsubscribe = command({
  rate: 'subscribe',
  delivery: 'acknowledged',
  input: z.strictObject({ stream: StreamId }),
  result: z.strictObject({}),
});
