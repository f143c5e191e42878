import './notice.css';
import { CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

const ICON = { stop: TriangleAlert, good: CircleCheck, plain: Info };

/** A few words within a page: what failed (`stop`, said at once), what worked, or what is good to know. */
export function Notice({ tone, children }: { tone: 'stop' | 'good' | 'plain'; children: ReactNode }) {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'stop' ? 'alert' : 'status'}>
      <Icon of={ICON[tone]} />
      <span>{children}</span>
    </div>
  );
}
