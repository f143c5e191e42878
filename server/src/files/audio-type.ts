/**
 * The type of a recording that a browser plays, by the first bytes of the file; undefined for everything else, whatever its sender
 * called it.
 */
export function audioType(head: Uint8Array): 'audio/wav' | 'audio/mpeg' | undefined {
  const text = Buffer.from(head.subarray(0, 12)).toString('latin1');
  if (text.startsWith('RIFF') && text.slice(8) === 'WAVE') return 'audio/wav';
  const [first = 0, second = 0] = head;
  // Layer III with a sync word, or its tags before it.
  if (text.startsWith('ID3') || (first === 0xff && (second & 0xe6) === 0xe2)) return 'audio/mpeg';
  return undefined;
}
