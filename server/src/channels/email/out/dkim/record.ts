/** The TXT record of a DKIM key (RFC 6376, 3.6.1), and whether DNS has it. */
import type { Published } from '@latchbox/shared/http/dkim';
import { judgeRecords } from './judge-record.ts';

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

/** Whether DNS answered, and has nothing there. */
export const isNothing = (error: unknown): boolean =>
  NOTHING_THERE.has(String((error as { code?: unknown } | undefined)?.code));

/** Asks DNS. Its answer is judged by what verifiers look at: spaces, order and strings do not matter. */
export async function publishedOf(
  resolveTxt: ResolveTxt,
  domain: string,
  key: PublicKey,
): Promise<Published> {
  const { name, value } = recordOf(domain, key);
  let records: string[];
  try {
    records = (await resolveTxt(name)).map((strings) => strings.join(''));
  } catch (error) {
    if (!isNothing(error)) {
      const reason = `DNS could not be asked for ${name}.`;
      return { status: 'unknown', found: [], findings: [{ code: 'dns_silent', reason }] };
    }
    records = [];
  }
  return judgeRecords(records, { name, value, publicKey: key.publicKey });
}
