/**
 * Reads from a message, as the bytes that came, which events it holds, their numbers in the stream and when each was due. Nothing is
 * parsed: a receiver must cost little, on the cores that it shares with what it measures.
 */

/** How an event begins in one of Latchbox's frames (inside a text its quotes would be escaped), and in a bare message. */
const BEGINNINGS = [Buffer.from('{"t":"event","event":{'), Buffer.from('42["event",')] as const;
const SEQ = Buffer.from('"seq":');
const STAMP = Buffer.from('@@');
const NOUGHT = '0'.charCodeAt(0);

/**
 * Calls `found` for each event with its number in the stream, and the number that stands behind the first `@@` in it: undefined for
 * what is nobody's write. A text may hold the number more than once, as a preview does: it counts once.
 */
export function eachEvent(message: Buffer, found: (seq: number, stamp: number | undefined) => void): void {
  const [item, bare] = BEGINNINGS;
  const beginning = message.subarray(0, bare.length).equals(bare) ? bare : item;
  let at = message.indexOf(beginning);
  while (at >= 0) {
    const next = message.indexOf(beginning, at + beginning.length);
    // It stands before what people wrote.
    const seq = message.indexOf(SEQ, at);
    const stamp = message.indexOf(STAMP, at);
    const isStamped = stamp >= 0 && (next < 0 || stamp < next);
    found(
      seq < 0 ? 0 : numberAt(message, seq + SEQ.length),
      isStamped ? numberAt(message, stamp + STAMP.length) : undefined,
    );
    at = next;
  }
}

/** Its digits are read by hand: a text would have to be made first. */
function numberAt(message: Buffer, start: number): number {
  let value = 0;
  for (let at = start, digit = message[at]; digit !== undefined; digit = message[(at += 1)]) {
    if (digit < NOUGHT || digit > NOUGHT + 9) break;
    value = value * 10 + digit - NOUGHT;
  }
  return value;
}
