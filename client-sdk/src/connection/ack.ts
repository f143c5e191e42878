import type { Ack } from '@latchbox/shared/realtime/ack';
import {
  type AnyLatchboxError,
  fromWireError,
  LatchboxError,
  type WireError,
} from '@latchbox/shared/error-codes';
import type { Answer } from './commands.ts';

/** What an acknowledgement says; one that makes no sense counts as an error of the server. */
export function readAck(ack: unknown): Answer {
  const answer = ack as Partial<Ack<unknown>> | null | undefined;
  if (answer?.ok === true) return { result: answer.result };
  return { error: refusal(answer?.ok === false ? answer.error : undefined) };
}

/** The error that the server tells of. */
export function refusal(error: unknown): AnyLatchboxError {
  const wire = error as Partial<WireError> | undefined;
  return typeof wire?.code === 'string'
    ? fromWireError(wire as WireError)
    : (new LatchboxError('internal', { ref: '' }) as AnyLatchboxError);
}
