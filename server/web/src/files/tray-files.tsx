import './files.css';
import type { Attachment } from '@latchbox/client';
import { File as FileIcon, ImagePlus, RefreshCw, X } from 'lucide-react';
import { useReadable } from '../lib/use-readable.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { isPicture, sizeWords } from './file-words.ts';
import type { Tray, TrayFile } from './tray.ts';

/** The text that files can stand in. */
export interface PictureText {
  place(picture: Attachment): void;
  remove(picture: Attachment): void;
}

interface TrayFilesProps {
  tray: Tray;
  /** Undefined: its channel shows no pictures in the text. */
  text?: PictureText | undefined;
}

/** The files that go along with what is being written. */
export function TrayFiles({ tray, text }: TrayFilesProps) {
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
          {text === undefined || file.state !== 'ready' || !isPicture(file.attachment.type) ? null : (
            <IconButton
              icon={ImagePlus}
              label={`Put ${file.name} into the text`}
              onClick={() => text.place(file.attachment)}
            />
          )}
          <IconButton
            icon={X}
            label={`Remove ${file.name}`}
            onClick={() => {
              tray.remove(file.key);
              if (file.state === 'ready') text?.remove(file.attachment);
            }}
          />
        </li>
      ))}
    </ul>
  );
}

function State({ file }: { file: TrayFile }) {
  if (file.state === 'failed') return <span className="file-bad">{file.why}</span>;
  return <span className="num">{file.state === 'uploading' ? 'Uploading…' : sizeWords(file.size)}</span>;
}
