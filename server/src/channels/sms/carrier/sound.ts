/** Samples a second, of eight bits each: how telephones sound. */
const RATE = 8_000;
const HEADER = 44;
/** Hertz. */
const NOTES = [392, 440, 494, 440, 392, 330];
const NOTE = RATE / 2;

/** What a caller "says" after the tone: a little melody of so many seconds, as a WAV file. */
export function spokenSound(seconds: number): Buffer {
  const samples = Math.max(1, Math.round(seconds * RATE));
  const file = Buffer.alloc(HEADER + samples);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(HEADER - 8 + samples, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE, 28);
  file.writeUInt16LE(1, 32);
  file.writeUInt16LE(8, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples, 40);
  for (let at = 0; at < samples; at += 1) {
    const hertz = NOTES[Math.floor(at / NOTE) % NOTES.length] ?? 440;
    const within = (at % NOTE) / NOTE;
    // Each note swells and fades, so that nothing clicks.
    const loud = Math.sin(Math.PI * within) * 70;
    file[HEADER + at] = 128 + Math.round(loud * Math.sin((2 * Math.PI * hertz * at) / RATE));
  }
  return file;
}
