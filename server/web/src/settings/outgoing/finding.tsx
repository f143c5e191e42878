import { Info, TriangleAlert } from 'lucide-react';
import { Icon } from '../../ui/icon.tsx';

/** What was found, and what helps. `grave`: mail suffers by it. */
export function Finding({ reason, cure, grave }: { reason: string; cure: string; grave: boolean }) {
  return (
    <li className={grave ? 'check-failed' : 'check-skipped'}>
      <Icon of={grave ? TriangleAlert : Info} size={17} />
      <div className="grow">
        {reason}
        <p className="hint">{cure}</p>
      </div>
    </li>
  );
}
