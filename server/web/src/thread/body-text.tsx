import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { Icon } from '../ui/icon.tsx';
import { type Piece, piecesOf } from './pieces.ts';

interface BodyTextProps {
  body: string;
  folds: Parameters<typeof piecesOf>[1];
}

/** What somebody wrote; what they quoted and how they signed is folded away. */
export function BodyText({ body, folds }: BodyTextProps) {
  const pieces = piecesOf(body, folds);
  return pieces.map((piece, at) =>
    piece.what === 'text' ? <p key={at}>{piece.text}</p> : <Folded key={at} piece={piece} />,
  );
}

function Folded({ piece }: { piece: Piece }) {
  const [open, setOpen] = useState(false);
  const what = piece.what === 'quote' ? 'Quoted text' : 'Signature';
  return (
    <>
      <button type="button" className="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon of={Ellipsis} size={16} />
        {what}
      </button>
      {open ? <p className="folded">{piece.text}</p> : null}
    </>
  );
}
