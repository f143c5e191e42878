import type { MailboxCheck, PartResult } from '@latchbox/client/admin';
import { CircleCheck, CircleMinus, TriangleAlert } from 'lucide-react';
import { Icon } from '../../ui/icon.tsx';
import { CURES } from './cures.ts';

const PARTS = [
  ['address', 'Address'],
  ['incoming', 'Incoming mail'],
  ['outgoing', 'Outgoing mail'],
] as const;

/** What the connection check found, part by part, each with its cure (H4). */
export function CheckResult({ check }: { check: MailboxCheck }) {
  return (
    <ul className="check-parts" aria-label="Connection check">
      {PARTS.map(([part, label]) => (
        <Part key={part} label={label} result={check[part]} />
      ))}
    </ul>
  );
}

const ICON = { ok: CircleCheck, failed: TriangleAlert, skipped: CircleMinus };

function Part({ label, result }: { label: string; result: PartResult }) {
  return (
    <li className={`check-${result.status}`}>
      <Icon of={ICON[result.status]} size={17} />
      <div className="grow">
        <b>{label}</b>{' '}
        {result.status === 'ok' ? 'works' : result.status === 'skipped' ? 'was not tried' : result.reason}
        {result.status === 'failed' ? <p className="hint">{CURES[result.code]}</p> : null}
      </div>
    </li>
  );
}
