import type { DomainTrouble, SendingDomainCheck } from '@latchbox/client/admin';
import { DOMAIN_CURES } from './cures.ts';
import { Finding } from './finding.tsx';

/** What the head of the domain says already. */
const SAID: ReadonlySet<DomainTrouble> = new Set(['not_signed', 'not_activated']);
const GRAVE: ReadonlySet<DomainTrouble> = new Set(['dmarc_strict', 'spf_several']);

/** What DNS says of a domain's mail besides its key: SPF and DMARC, for information, and what could be better. */
export function DomainFindings({ check: { spf, dmarc, findings } }: { check: SendingDomainCheck }) {
  const shown = findings.filter(({ code }) => !SAID.has(code));
  return (
    <div className="outgoing-policies">
      <dl>
        <dt>SPF</dt>
        <dd>{spf === null ? 'none' : <code>{spf}</code>}</dd>
        <dt>DMARC</dt>
        <dd>{dmarc === null ? 'none' : <code>{dmarc}</code>}</dd>
      </dl>
      {shown.length === 0 ? null : (
        <ul className="check-parts">
          {shown.map(({ code, reason }) => (
            <Finding key={code} reason={reason} cure={DOMAIN_CURES[code]} grave={GRAVE.has(code)} />
          ))}
        </ul>
      )}
    </div>
  );
}
