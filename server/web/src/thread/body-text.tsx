import type { Attachment } from '@latchbox/client';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { partsOf } from '../files/in-text.ts';
import { InlinePicture } from '../files/inline-picture.tsx';
import { Icon } from '../ui/icon.tsx';
import { type Piece, piecesOf } from './pieces.ts';

interface BodyTextProps {
  body: string;
  folds: Parameters<typeof piecesOf>[1];
  /** Its files: pictures among them stand in the text where it names them. */
  files?: readonly Attachment[] | undefined;
}

/** What somebody wrote; what they quoted and how they signed is folded away. */
export function BodyText({ body, folds, files = [] }: BodyTextProps) {
  const pieces = piecesOf(body, folds);
  return pieces.map((piece, at) =>
    piece.what === 'text' ? (
      <p key={at}>
        <Words text={piece.text} files={files} />
      </p>
    ) : (
      <Folded key={at} piece={piece} />
    ),
  );
}

function Words({ text, files }: { text: string; files: readonly Attachment[] }) {
  return partsOf(text, files).map((part, at) =>
    part.what === 'words' ? part.text : <InlinePicture key={at} picture={part.picture} />,
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
