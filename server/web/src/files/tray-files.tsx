import './files.css';
import { File as FileIcon, RefreshCw, X } from 'lucide-react';
import { useReadable } from '../lib/use-readable.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { sizeWords } from './file-words.ts';
import type { Tray, TrayFile } from './tray.ts';

/** The files that go along with what is being written. */
export function TrayFiles({ tray }: { tray: Tray }) {
  const files = useReadable(tray);
  return (
    // Always there, so that what fails in it is read aloud.
    <ul className="files tray" aria-label="Files to send" aria-live="polite">
      {files.map((file) => (
        <li key={file.key} className="file">
          <Icon of={FileIcon} size={18} />
          <span className="file-words">
            <b className="cut">{file.name}</b>
            <State file={file} />
          </span>
          {file.state === 'failed' && file.again !== null ? (
            <IconButton icon={RefreshCw} label={`Upload ${file.name} again`} onClick={file.again} />
          ) : null}
          <IconButton icon={X} label={`Remove ${file.name}`} onClick={() => tray.remove(file.key)} />
        </li>
      ))}
    </ul>
  );
}

function State({ file }: { file: TrayFile }) {
  if (file.state === 'failed') return <span className="file-bad">{file.why}</span>;
  return <span className="num">{file.state === 'uploading' ? 'Uploading…' : sizeWords(file.size)}</span>;
}
