import { type ErrorCode, LatchboxError, type NoDetails, type ErrorTable } from '@latchbox/shared/error-codes';

type Plain = { [C in ErrorCode]: NoDetails extends ErrorTable[C] ? C : never }[ErrorCode];

/** The refusals that come from the client itself; all others bring the server's sentence. */
const SENTENCES = {
  offline: 'There is no connection to the server.',
  timeout: 'The server did not answer in time.',
  aborted: 'The call was given up by its caller.',
  closed: 'The client was closed.',
  conflict: 'This id is already on its way.',
  not_found: 'There is no failed message with this id.',
  resync: 'Something was missed; starting over.',
} satisfies Partial<Record<Plain, string>>;

export function refuse<C extends keyof typeof SENTENCES>(code: C, cause?: unknown): LatchboxError<C> {
  return new LatchboxError(code, {} as never, { message: SENTENCES[code], cause });
}
