import './door.css';
import type { ReactNode } from 'react';
import { Boxes } from '../ui/boxes.tsx';
import { Logo } from '../ui/logo.tsx';

/** The frame of the pages in front of the inbox. */
export function Door({ children, foot }: { children: ReactNode; foot?: ReactNode }) {
  return (
    <div className="door">
      <main className="door-main">
        <div className="door-brand">
          <Logo size={30} />
          <span>Latchbox</span>
        </div>
        {children}
        {foot === undefined ? null : <p className="hint door-foot">{foot}</p>}
      </main>
      <div className="door-wall" aria-hidden="true">
        <Boxes columns={7} rows={9} scale={2.82} open={[3, 4]} />
      </div>
    </div>
  );
}
