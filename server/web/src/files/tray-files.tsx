import './files.css';
import { File as FileIcon, ImagePlus, RefreshCw, X } from 'lucide-react';
import { useReadable } from '../lib/use-readable.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useToast } from '../ui/toasts.tsx';
import { isPicture, sizeWords } from './file-words.ts';
import type { PictureText } from './picture-text.ts';
import { Thumbnail } from './thumbnail.tsx';
import type { Tray, TrayFile } from './tray.ts';

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
        <TrayItem key={file.key} file={file} tray={tray} text={text} />
      ))}
    </ul>
  );
}

interface TrayItemProps extends TrayFilesProps {
  file: TrayFile;
}

function TrayItem({ file, tray, text }: TrayItemProps) {
  const toast = useToast();
  const id = file.state === 'ready' ? file.attachment.id : file.key;
  const inText = text?.marks.some((mark) => mark.id === id) === true;
  const picture = isShown(file);
  const remove = (): void => {
    const back = text?.remove(id);
    tray.remove(file.key);
    if (file.state !== 'ready') return;
    toast(`${file.name} is removed`, () => {
      tray.restore([file]);
      back?.();
    });
  };
  return (
    <li className={`file ${picture ? 'file-picture' : ''}`}>
      {inText && text !== undefined ? (
        <button type="button" className="file-jump" onClick={() => text.show(id)}>
          <span className="said">Go to </span>
          <Looks file={file} inText />
        </button>
      ) : (
        <Looks file={file} inText={false} />
      )}
      {file.state === 'failed' && file.again !== null ? (
        <IconButton
          icon={RefreshCw}
          label={inText ? `Look for ${file.name} again` : `Upload ${file.name} again`}
          onClick={file.again}
        />
      ) : null}
      {text === undefined || !picture || inText ? null : (
        <IconButton
          icon={ImagePlus}
          label={`Put ${file.name} into the text`}
          onClick={() => text.place(file.attachment)}
        />
      )}
      <IconButton icon={X} label={`Remove ${file.name}`} onClick={remove} />
    </li>
  );
}

interface LooksProps {
  file: TrayFile;
  inText: boolean;
}

/** What it is: for pictures, a small look at it. */
function Looks({ file, inText }: LooksProps) {
  return (
    <>
      {isShown(file) ? <Thumbnail id={file.attachment.id} /> : <Icon of={FileIcon} size={18} />}
      <span className="file-words">
        <b className="cut">{file.name}</b>
        <State file={file} inText={inText} />
      </span>
    </>
  );
}

const isShown = (file: TrayFile): file is Extract<TrayFile, { state: 'ready' }> =>
  file.state === 'ready' && isPicture(file.attachment.type);

function State({ file, inText }: LooksProps) {
  if (file.state === 'failed') return <span className="file-bad">{file.why}</span>;
  if (file.state === 'uploading') return <span className="num">{inText ? 'Loading…' : 'Uploading…'}</span>;
  // Of one that was found again by its mark the size is not known.
  const size = file.size === 0 ? '' : sizeWords(file.size);
  if (!inText) return <span className="num">{size}</span>;
  return <span className="num">{size === '' ? 'In the text' : `In the text, ${size}`}</span>;
}
