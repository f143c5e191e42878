import { createHmac } from 'node:crypto';
import { sameSecret } from '../../lib/ids.ts';

const ID_BYTES = 16;
const MAC_BYTES = 12;
/** Mail servers change capitals of what stands before the at: base32 has none. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const FORM = /^bounce\+([a-z2-7]{45})@[^@\s]+$/i;

/**
 * The envelope sender of a reply, from which its bounces say which one they are about: `bounce+<token>@domain`, the token being the
 * entry's id and a MAC of 96 bits. Undefined for an id that `newId` did not make.
 */
export function bounceAddress(secret: string, entryId: string, domain: string): string | undefined {
  const id = bytesOf(entryId);
  return id && `bounce+${base32(Buffer.concat([id, mac(secret, id)]))}@${domain}`;
}

/** The entry that a bounce address is about; undefined for any other address. */
export function readBounceAddress(secret: string, address: string): string | undefined {
  const [, token] = FORM.exec(address) ?? [];
  if (token === undefined) return undefined;
  const bytes = fromBase32(token.toLowerCase()).subarray(0, ID_BYTES + MAC_BYTES);
  const [id, given] = [bytes.subarray(0, ID_BYTES), bytes.subarray(ID_BYTES)];
  const holds = sameSecret(given.toString('hex'), mac(secret, id).toString('hex'));
  return holds ? `ent_${id.toString('base64url')}` : undefined;
}

function bytesOf(entryId: string): Buffer | undefined {
  const [, text] = /^ent_([A-Za-z0-9_-]{22})$/.exec(entryId) ?? [];
  const bytes = text === undefined ? undefined : Buffer.from(text, 'base64url');
  return bytes?.length === ID_BYTES && bytes.toString('base64url') === text ? bytes : undefined;
}

function mac(secret: string, id: Buffer): Buffer {
  // The words in front keep this apart from other uses of the same secret.
  return createHmac('sha256', secret).update('bounce address\n').update(id).digest().subarray(0, MAC_BYTES);
}

function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31] ?? '';
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + (ALPHABET[(held << (5 - bits)) & 31] ?? '');
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    held = (held << 5) | ALPHABET.indexOf(letter);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 255);
    held &= (1 << bits) - 1;
  }
  return Buffer.from(bytes);
}
