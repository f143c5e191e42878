import './blank.css';
import { RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { errorReference, errorWords } from '../lib/error-words.ts';
import { Boxes } from './boxes.tsx';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { Keyhole } from './keyhole.tsx';

/** A place with nothing in it: what is true, and what comes next. */
export function Blank({
  picture,
  title,
  children,
}: {
  picture: 'letter' | 'keyhole';
  title: string;
  children?: ReactNode;
}) {
  return (
    <div className="blank">
      {picture === 'letter' ? (
        <Boxes columns={4} rows={3} open={[1, 1]} />
      ) : (
        <Keyhole size={56} className="blank-keyhole" />
      )}
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** A part that did not load: it fails alone, says so, and can be tried again. */
export function Failed({ title, error, onRetry }: { title: string; error: unknown; onRetry: () => void }) {
  const reference = errorReference(error);
  return (
    <div className="blank" role="alert">
      <Boxes columns={4} rows={3} />
      <h2>{title}</h2>
      <p>{errorWords(error)}</p>
      <Button onClick={onRetry}>
        <Icon of={RefreshCw} size={16} />
        Try again
      </Button>
      {reference === null ? null : <small>Reference {reference}</small>}
    </div>
  );
}
