import type { Signature } from '@latchbox/client/admin';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Foot, Part } from '../page.tsx';
import { useSaving } from '../use-saving.ts';

interface SignatureFormProps {
  /** Null: none is set. */
  signature: Signature | null;
  /** What counts where none is set. */
  without: string;
  /** Who writes, in the preview. */
  writer: string;
  onSave: (body: string) => Promise<Signature | null>;
  onRemove: () => Promise<void>;
  onChanged: (signature: Signature | null) => void;
}

/** What stands below replies, and how that looks. */
export function SignatureForm(props: SignatureFormProps) {
  const { signature, without, writer, onSave, onRemove, onChanged } = props;
  const [body, setBody] = useState(signature?.body ?? '');
  const { busy, saved, run, touched, wrong, problem } = useSaving();
  const formatted = signature?.html != null;
  return (
    <form
      className="signature-form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(() => onSave(body), onChanged);
      }}
    >
      <div className="signature-columns">
        <TextArea
          label="Text"
          hint={signature === null ? without : 'Left empty, nothing stands below.'}
          error={wrong('body')}
          value={body}
          rows={6}
          maxLength={4_000}
          onChange={(event) => {
            setBody(event.target.value);
            touched();
          }}
        />
        <Preview writer={writer} body={body} />
      </div>
      {formatted ? (
        <Notice tone="plain">It has a formatted form, set over the API. Saved here it is plain text.</Notice>
      ) : null}
      {problem('body') === undefined ? null : <Notice tone="stop">{problem('body')}</Notice>}
      <Foot saved={saved}>
        {signature === null ? null : (
          <Button
            look="quiet"
            disabled={busy}
            onClick={() =>
              void run(onRemove, () => {
                setBody('');
                onChanged(null);
              })
            }
          >
            Remove it
          </Button>
        )}
        <Button type="submit" look="primary" disabled={busy || (signature?.body ?? null) === body}>
          {busy ? 'Saving…' : 'Save'}
        </Button>
      </Foot>
    </form>
  );
}

/** A reply as its reader sees it. */
function Preview({ writer, body }: { writer: string; body: string }) {
  return (
    <Part title="As it arrives">
      <div className="signature-preview">
        <p>Thursday it is. See you at the counter.</p>
        {body.trim() === '' ? (
          <p className="hint">Nothing stands below what {writer} writes.</p>
        ) : (
          <p className="signature-below">{`-- \n${body}`}</p>
        )}
      </div>
    </Part>
  );
}
