/** Takes messages of subscriptions out of what Redis says, so that a subscriber misses them and notices nothing. */

export interface MessageDropper {
  /** What is left of `chunk` when every `every`th message is taken out. Only whole messages go; anything else passes. */
  pass(chunk: Buffer, every: number): Buffer;
}

/** Length of the reply that begins at `at`, or -1 when it is not whole, or no array of short texts and numbers. */
function lengthAt(bytes: Buffer, at: number): number {
  const endOfLine = (from: number): number => bytes.indexOf('\r\n', from);
  if (bytes[at] !== 0x2a) return -1;
  let end = endOfLine(at);
  if (end < 0) return -1;
  const parts = Number(bytes.toString('latin1', at + 1, end));
  let next = end + 2;
  for (let part = 0; part < parts; part += 1) {
    const kind = bytes[next];
    end = endOfLine(next);
    if (end < 0) return -1;
    const number = Number(bytes.toString('latin1', next + 1, end));
    if (kind === 0x24) next = end + 2 + number + 2;
    else if (kind === 0x3a) next = end + 2;
    else return -1;
  }
  return next <= bytes.length ? next - at : -1;
}

const MESSAGE = '*3\r\n$7\r\nmessage\r\n';

/** One for each connection: it counts the messages. */
export function createMessageDropper(): MessageDropper {
  let seen = 0;
  return {
    pass(chunk, every) {
      const kept: Buffer[] = [];
      let at = 0;
      while (at < chunk.length) {
        const length = lengthAt(chunk, at);
        // The rest of a message, or its beginning: it cannot be taken out any more, or not yet.
        if (length <= 0) break;
        const whole = chunk.subarray(at, at + length);
        at += length;
        if (whole.toString('latin1', 0, MESSAGE.length) === MESSAGE) {
          seen += 1;
          if (seen % every === 0) continue;
        }
        kept.push(whole);
      }
      kept.push(chunk.subarray(at));
      return Buffer.concat(kept);
    },
  };
}
