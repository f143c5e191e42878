/** What verifiers will make of the TXT records that DNS has for a key (RFC 6376, 3.6.1 and 3.6.2.2). */
import { createPublicKey } from 'node:crypto';
import type { DkimTrouble, Published } from '@latchbox/shared/http/dkim';
import { oneLine } from '../../../../lib/one-line.ts';

/** A name in DNS, and what has to stand there. */
export interface Wanted {
  readonly name: string;
  readonly value: string;
  /** Base64 of SubjectPublicKeyInfo. */
  readonly publicKey: string;
}

type Finding = Published['findings'][number];

/** `records`: each as one text, its strings put together. */
export function judgeRecords(records: readonly string[], wanted: Wanted): Published {
  const [first = '', ...more] = records;
  if (records.length === 0)
    return {
      status: 'missing',
      found: [],
      findings: [about('record_missing', `DNS has no TXT record ${wanted.name}.`)],
    };
  const wrong = more.length > 0 ? severalOf(records, wanted) : wrongWith(first, wanted);
  const better = more.length > 0 ? [] : improvements(first);
  if (wrong.length === 0) return { status: 'published', found: [], findings: better };
  const found = records.slice(0, 3).map((text) => oneLine(text, 500));
  return { status: 'different', found, findings: [...wrong, ...better].slice(0, 5) };
}

const about = (code: DkimTrouble, reason: string): Finding => ({ code, reason });

/** None of several can be relied on. Where together they are the one, its strings were published as records. */
function severalOf(records: readonly string[], { name, value }: Wanted): Finding[] {
  const whole = bare(value);
  const pieces = records.map(bare);
  if (pieces.every((piece) => piece !== '' && piece !== whole && whole.includes(piece))) {
    const reason = `The strings of ${name} stand in DNS as ${records.length} records. They belong into one record, one after the other.`;
    return [about('record_split', reason)];
  }
  const reason = `DNS has ${records.length} TXT records at ${name}; receivers may take any of them, or none.`;
  return [about('record_several', reason)];
}

function wrongWith(record: string, wanted: Wanted): Finding[] {
  const { name, publicKey } = wanted;
  const tags = tagsOf(record);
  const key = tags.get('p');
  if (key === publicKey && isKeyRecord(tags)) return restrictionsOf(tags, name);
  if (tagsOf(record.replaceAll(/["\\]/g, '')).get('p') === publicKey && /["\\]/.test(record)) {
    const reason = `Quotation marks or backslashes stand within the record ${name}: they were published with its text.`;
    return [about('record_split', reason)];
  }
  if (key === undefined || !isKeyRecord(tags))
    return [about('record_unreadable', `What stands at ${name} is no DKIM key that this server signs with.`)];
  if (key === '') return [about('record_revoked', `The record ${name} says that its key is withdrawn.`)];
  if (publicKey.startsWith(key)) {
    const reason = `The record ${name} ends in the middle of the key, after ${key.length} of ${publicKey.length} characters.`;
    return [about('record_split', reason)];
  }
  return [about('key_other', `Another key than the one of this server stands at ${name}.`), ...sizeOf(key)];
}

/** What receivers think of the size of a key that somebody else made. */
function sizeOf(key: string): Finding[] {
  const bits = bitsOf(key);
  if (bits === undefined || bits >= 2_048) return [];
  if (bits < 1_024)
    return [about('key_short', `It has ${bits} bits; receivers refuse keys of less than 1024.`)];
  return [about('key_weak', `It has ${bits} bits; 2048 are advised.`)];
}

function bitsOf(key: string): number | undefined {
  for (const type of ['spki', 'pkcs1'] as const) {
    try {
      const made = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type });
      return made.asymmetricKeyDetails?.modulusLength;
    } catch {
      // The other form, or none.
    }
  }
  return undefined;
}

/** A key that receivers find, and may not use for this. */
function restrictionsOf(tags: ReadonlyMap<string, string>, name: string): Finding[] {
  const hashes = tags.get('h')?.split(':');
  const services = tags.get('s')?.split(':');
  const good =
    (hashes?.includes('sha256') ?? true) &&
    (services === undefined || services.includes('*') || services.includes('email'));
  if (good) return [];
  return [about('use_restricted', `The record ${name} forbids this key for mail, or its hash, by s= or h=.`)];
}

function improvements(record: string): Finding[] {
  const flags = tagsOf(record).get('t')?.split(':') ?? [];
  if (!flags.includes('y')) return [];
  return [about('test_mode', 'The record says t=y: receivers treat signed mail as if it were not signed.')];
}

const isKeyRecord = (tags: ReadonlyMap<string, string>): boolean =>
  (tags.get('v') ?? 'DKIM1') === 'DKIM1' && (tags.get('k') ?? 'rsa') === 'rsa';

function tagsOf(record: string): Map<string, string> {
  return new Map(
    record.split(';').flatMap((tag) => {
      const at = tag.indexOf('=');
      return at < 0 ? [] : [[tag.slice(0, at).trim(), tag.slice(at + 1).replaceAll(/\s/g, '')] as const];
    }),
  );
}

const bare = (text: string): string => text.replaceAll(/[\s"]/g, '');
