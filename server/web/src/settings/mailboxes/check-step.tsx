import type { MailboxTrouble, PartResult } from '@latchbox/client/admin';
import { CircleCheck, CircleMinus, TriangleAlert } from 'lucide-react';
import { Icon } from '../../ui/icon.tsx';

const ICON = { ok: CircleCheck, failed: TriangleAlert, skipped: CircleMinus };

interface CheckStepProps {
  label: string;
  result: PartResult;
  cures: { readonly [T in MailboxTrouble]: string };
  /** In place of "works" and "was not tried". */
  words?: { readonly ok?: string | undefined; readonly skipped?: string | undefined };
}

/** One part of a connection check: whether it works, what is wrong and what helps. */
export function CheckStep({ label, result, cures, words = {} }: CheckStepProps) {
  const { ok = 'works', skipped = 'was not tried' } = words;
  return (
    <li className={`check-${result.status}`}>
      <Icon of={ICON[result.status]} size={17} />
      <div className="grow">
        <b>{label}</b> {result.status === 'ok' ? ok : result.status === 'skipped' ? skipped : result.reason}
        {result.status === 'failed' ? <p className="hint">{cures[result.code]}</p> : null}
      </div>
    </li>
  );
}
