import type { DkimDomain, Published } from '@latchbox/client/admin';
import { CopyButton } from '../../ui/copy-button.tsx';
import { RECORD_CURES } from './cures.ts';
import { Finding } from './finding.tsx';

interface DkimRecordProps {
  title: string;
  of: DkimDomain['key'];
  /** What DNS has of it; undefined: it was not asked yet. */
  found: Published | undefined;
}

/** What is to be published in DNS, part by part to copy, and what is there. */
export function DkimRecord({ title, of: { record }, found }: DkimRecordProps) {
  return (
    <section className="outgoing-record" aria-label={title}>
      <h4>
        {title}
        <span className="hint"> {found === undefined ? '' : STATES[found.status]}</span>
      </h4>
      <dl>
        <dt>Name</dt>
        <dd>
          <code>{record.name}</code>
          <CopyButton text={record.name} what="the name" />
        </dd>
        <dt>Type</dt>
        <dd>
          <code>{record.type}</code>
        </dd>
        <dt>Value</dt>
        <dd>
          <code>{record.value}</code>
          <CopyButton text={record.value} what="the value" />
        </dd>
        {found === undefined || found.found.length === 0 ? null : (
          <>
            <dt>In DNS</dt>
            <dd className="outgoing-found">
              {found.found.map((text, at) => (
                // Two that are the same are shown as two.
                <code key={at}>{text === '' ? 'nothing in it' : text}</code>
              ))}
            </dd>
          </>
        )}
      </dl>
      {found === undefined || found.findings.length === 0 ? null : (
        <ul className="check-parts">
          {found.findings.map(({ code, reason }) => (
            <Finding
              key={code}
              reason={reason}
              cure={RECORD_CURES[code]}
              grave={found.status !== 'published'}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

const STATES = {
  published: 'DNS has it',
  missing: 'not in DNS',
  different: 'DNS has something else',
  unknown: 'DNS did not answer',
};
