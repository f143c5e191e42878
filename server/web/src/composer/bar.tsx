import './bar.css';
import type { ReactNode } from 'react';

interface BarProps {
  look: 'theirs' | 'asked' | 'ask' | 'offered' | 'stopped' | 'lost' | 'net' | 'gone';
  plate: ReactNode;
  /** A fact: a name first. */
  title: ReactNode;
  /** What follows from it. */
  rest?: ReactNode;
  /** What did not work when a button was pressed. */
  problem?: string | undefined;
  children?: ReactNode;
}

/** The bar above the composer: the plate, what is so, what follows, and what can be done. */
export function Bar({ look, plate, title, rest, problem, children }: BarProps) {
  return (
    <div className={`bar bar-${look}`}>
      {plate}
      <div className="bar-words">
        <b>{title}</b>
        {problem === undefined ? <span>{rest}</span> : <span className="bar-problem">{problem}</span>}
      </div>
      {children === undefined ? null : <div className="bar-buttons">{children}</div>}
    </div>
  );
}
