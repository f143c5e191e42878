import { Paperclip } from 'lucide-react';
import { useRef } from 'react';
import { IconButton } from '../ui/button.tsx';

/** Chooses files to send along. Dropping and pasting them does the same. */
export function AttachButton(props: { disabled: boolean; onFiles: (files: Iterable<File>) => void }) {
  const { disabled, onFiles } = props;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        icon={Paperclip}
        label="Attach, or drop a file"
        disabled={disabled}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to attach"
        onChange={(event) => {
          // A copy: emptying the field empties the list.
          const files = Array.from(event.target.files ?? []);
          event.target.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}
