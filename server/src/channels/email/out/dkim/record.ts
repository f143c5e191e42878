/** The TXT record of a DKIM key (RFC 6376, 3.6.1), and whether DNS has it. */
import type { Published } from '@latchbox/shared/http/dkim';

/** Answers the TXT records of a name, each as its strings. Rejects as `node:dns/promises` does. */
export type ResolveTxt = (name: string) => Promise<readonly (readonly string[])[]>;

export interface PublicKey {
  readonly selector: string;
  readonly publicKey: string;
}

export function recordOf(domain: string, { selector, publicKey }: PublicKey) {
  return {
    name: `${selector}._domainkey.${domain}`,
    type: 'TXT' as const,
    value: `v=DKIM1; k=rsa; p=${publicKey}`,
  };
}

const NOTHING_THERE = new Set(['ENODATA', 'ENOTFOUND', 'ENONAME']);

/** Asks DNS. Its answer is judged by what verifiers look at: spaces, order and strings do not matter. */
export async function publishedOf(
  resolveTxt: ResolveTxt,
  domain: string,
  key: PublicKey,
): Promise<Published> {
  let records: string[];
  try {
    records = (await resolveTxt(recordOf(domain, key).name)).map((strings) => strings.join(''));
  } catch (error) {
    const missing = NOTHING_THERE.has(String((error as { code?: unknown }).code));
    return { status: missing ? 'missing' : 'unknown', found: [] };
  }
  if (records.length === 0) return { status: 'missing', found: [] };
  // With several records none of them can be relied on (RFC 6376, 3.6.2.2).
  if (records.length === 1 && saysKey(records[0] ?? '', key)) return { status: 'published', found: [] };
  return { status: 'different', found: records.slice(0, 3).map((text) => text.slice(0, 500).toWellFormed()) };
}

function saysKey(record: string, { publicKey }: PublicKey): boolean {
  const tags = new Map(
    record.split(';').map((tag) => {
      const at = tag.indexOf('=');
      return [tag.slice(0, at).trim(), tag.slice(at + 1).replaceAll(/\s/g, '')] as const;
    }),
  );
  return (
    (tags.get('v') ?? 'DKIM1') === 'DKIM1' &&
    (tags.get('k') ?? 'rsa') === 'rsa' &&
    tags.get('p') === publicKey
  );
}
