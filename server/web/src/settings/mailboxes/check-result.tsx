import type { MailboxCheck } from '@latchbox/client/admin';
import { CheckStep } from './check-step.tsx';
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
        <CheckStep key={part} label={label} result={check[part]} cures={CURES} />
      ))}
    </ul>
  );
}
