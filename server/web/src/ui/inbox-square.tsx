import type { CSSProperties } from 'react';

/** The colour an inbox was given; only ever a small square. */
export function InboxSquare({ colour }: { colour: string }) {
  return <span className="square" style={{ '--inbox': colour } as CSSProperties} />;
}
