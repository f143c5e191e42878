import './files.css';
import type { Attachment } from '@latchbox/client';
import { Download, File as FileIcon, FileText, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { useClient } from '../app/client.ts';
import { errorWords } from '../lib/error-words.ts';
import { Icon } from '../ui/icon.tsx';
import { isPicture, sizeWords } from './file-words.ts';
import { Thumbnail } from './thumbnail.tsx';

/** The files of a message. A link to one lives for some minutes, so it is asked for when it is wanted. */
export function Files({ files }: { files: readonly Attachment[] | undefined }) {
  if (files === undefined || files.length === 0) return null;
  return (
    <ul className="files" aria-label="Attachments">
      {files.map((file) => (
        <li key={file.id}>
          <FileChip file={file} />
        </li>
      ))}
    </ul>
  );
}

function FileChip({ file }: { file: Attachment }) {
  const client = useClient();
  const [problem, setProblem] = useState<string | null>(null);
  const open = (): void => {
    setProblem(null);
    client.fileLink(file.id).then(
      ({ url }) => follow(url, file.name),
      (error: unknown) => setProblem(errorWords(error)),
    );
  };
  const picture = isPicture(file.type);
  return (
    <button type="button" className={`file ${picture ? 'file-picture' : ''}`} onClick={open}>
      <span className="said">{picture ? 'Open ' : 'Download '}</span>
      {picture ? <Thumbnail id={file.id} /> : <Icon of={iconOf(file.type)} size={20} />}
      <span className="file-words">
        <b className="cut">{file.name}</b>
        {problem === null ? (
          <span className="num">{sizeWords(file.size)}</span>
        ) : (
          <span className="file-bad" role="alert">
            {problem}
          </span>
        )}
      </span>
      {picture ? null : <Icon of={Download} size={15} />}
    </button>
  );
}

function iconOf(type: string): LucideIcon {
  return type.startsWith('text/') || type === 'application/pdf' ? FileText : FileIcon;
}

/** Pictures open in a tab of their own, everything else is saved: the server says which, the page need not. */
function follow(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  link.title = name;
  link.click();
}
