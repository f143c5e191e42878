/** What a domain says of its mail in DNS besides its keys, and what receivers make of all of it together. */
import type { DomainTrouble } from '@latchbox/shared/http/outgoing-mail';
import { oneLine } from '../../../lib/one-line.ts';
import { isNothing, type ResolveTxt } from '../out/dkim/record.ts';

interface Policies {
  /** The records as they stand; undefined: DNS could not be asked. */
  readonly spf: readonly string[] | undefined;
  readonly dmarc: { readonly domain: string; readonly record: string } | 'none' | undefined;
}

/** Asks for SPF (RFC 7208) and DMARC, whose record may stand with a domain above. */
export async function policiesOf(resolveTxt: ResolveTxt, domain: string): Promise<Policies> {
  const [spf, dmarc] = await Promise.all([
    textsAt(resolveTxt, domain).then((texts) => texts?.filter((text) => /^v=spf1(?: |$)/i.test(text))),
    dmarcOf(resolveTxt, domain),
  ]);
  return { spf, dmarc };
}

async function dmarcOf(resolveTxt: ResolveTxt, domain: string): Promise<Policies['dmarc']> {
  for (let at = domain; at.includes('.'); at = at.slice(at.indexOf('.') + 1)) {
    const texts = await textsAt(resolveTxt, `_dmarc.${at}`);
    if (texts === undefined) return undefined;
    const records = texts.filter((text) => /^v=DMARC1\s*(?:;|$)/i.test(text));
    // Of several none counts.
    if (records.length === 1) return { domain: at, record: records[0] ?? '' };
  }
  return 'none';
}

async function textsAt(resolveTxt: ResolveTxt, name: string): Promise<string[] | undefined> {
  try {
    return (await resolveTxt(name)).map((strings) => oneLine(strings.join(''), 500));
  } catch (error) {
    return isNothing(error) ? [] : undefined;
  }
}

interface Sent {
  readonly domain: string;
  /** Whether mail leaves from it. */
  readonly used: boolean;
  readonly key: 'none' | 'waits' | 'signs';
}

interface Finding {
  readonly code: DomainTrouble;
  readonly reason: string;
}

/** What is to be mended about a domain, the worst first. */
export function judgeDomain({ domain, used, key }: Sent, { spf, dmarc }: Policies): Finding[] {
  const findings: Finding[] = [];
  const add = (when: boolean, code: DomainTrouble, reason: string): void => {
    if (when) findings.push({ code, reason });
  };
  add(!used, 'not_used', `Nothing leaves from ${domain}: its key signs no mail.`);
  const strict = used && key !== 'signs' ? strictnessOf(domain, dmarc) : undefined;
  add(
    strict !== undefined,
    'dmarc_strict',
    `DMARC of ${domain} says “${strict}”, and its mail leaves unsigned: it arrives only where SPF names this relay.`,
  );
  add(used && key === 'none', 'not_signed', `Mail from ${domain} leaves unsigned: there is no key for it.`);
  add(
    key === 'waits',
    'not_activated',
    `Mail from ${domain} leaves unsigned: its key waits to be switched on.`,
  );
  add(spf?.length === 0 && used, 'spf_missing', `${domain} does not say which servers send its mail (SPF).`);
  const many = (spf?.length ?? 0) > 1;
  add(many, 'spf_several', `${domain} has ${spf?.length} SPF records: with more than one none counts.`);
  add(dmarc === 'none' && used, 'dmarc_missing', `${domain} has no DMARC record. Large receivers want one.`);
  const silent = spf === undefined || dmarc === undefined;
  add(silent, 'dns_silent', `DNS could not be asked for all records of ${domain}.`);
  return findings;
}

/** `p=reject`, or what counts for a domain below; undefined where nothing is asked of receivers. */
function strictnessOf(domain: string, dmarc: Policies['dmarc']): string | undefined {
  if (dmarc === undefined || dmarc === 'none') return undefined;
  const tags = new Map(
    dmarc.record.split(';').map((tag) => {
      const [name = '', value = ''] = tag.split('=');
      return [name.trim().toLowerCase(), value.trim().toLowerCase()] as const;
    }),
  );
  const below = dmarc.domain !== domain && tags.has('sp');
  const policy = tags.get(below ? 'sp' : 'p');
  if (policy !== 'quarantine' && policy !== 'reject') return undefined;
  return `${below ? 'sp' : 'p'}=${policy}`;
}
