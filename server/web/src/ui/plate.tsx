import './plate.css';
import type { ReactNode } from 'react';

export type PlateLook = 'outline' | 'peer' | 'stop' | 'gone' | 'mine';

/** The plate: whose hand is on the box. Decoration; the bar's words say the same. */
export function Plate({ look, children }: { look: PlateLook; children: ReactNode }) {
  return (
    <span aria-hidden="true" className={`plate plate-${look}`}>
      {children}
    </span>
  );
}

const AROUND = 2 * Math.PI * 13;

/** The plate while time runs: a ring that empties, with the seconds in it. */
export function Ring({ seconds, total }: { seconds: number; total: number }) {
  const share = total > 0 ? Math.min(1, seconds / total) : 0;
  return (
    <span aria-hidden="true" className="plate ring">
      <svg viewBox="0 0 32 32">
        <circle cx="16" cy="16" r="13" className="ring-track" />
        <circle
          cx="16"
          cy="16"
          r="13"
          className="ring-left"
          strokeDasharray={AROUND}
          strokeDashoffset={AROUND * (1 - share)}
        />
      </svg>
      <b className={seconds > 99 ? 'ring-long' : ''}>{seconds}</b>
    </span>
  );
}
