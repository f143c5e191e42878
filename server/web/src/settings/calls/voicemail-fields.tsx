import type { CallRouting } from '@latchbox/client/calls';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Part } from '../page.tsx';

type Voicemail = CallRouting['voicemail'];

const USUAL: NonNullable<Voicemail> = {
  text: 'Hello. Nobody can take your call right now. Please leave a message after the tone.',
  seconds: 120,
  transcribe: false,
};

interface VoicemailFieldsProps {
  voicemail: Voicemail;
  wrong: (path: string) => string | undefined;
  onChange: (voicemail: Voicemail) => void;
}

/** What a caller hears whom nobody answers, and whether a message can be left. */
export function VoicemailFields({ voicemail, wrong, onChange }: VoicemailFieldsProps) {
  return (
    <Part title="When nobody answers">
      <label className="calls-check">
        <input
          type="checkbox"
          checked={voicemail !== null}
          onChange={({ target }) => onChange(target.checked ? USUAL : null)}
        />
        <span>
          Callers may leave a message
          <small>
            {voicemail === null
              ? 'They hear that nobody is there, and the call stands in their conversation as missed.'
              : 'It comes into their conversation, unread.'}
          </small>
        </span>
      </label>
      {voicemail === null ? null : (
        <div className="calls-voicemail">
          <TextArea
            label="Read to the caller before the tone"
            rows={3}
            maxLength={500}
            required
            value={voicemail.text}
            error={wrong('voicemail.text')}
            onChange={({ target }) => onChange({ ...voicemail, text: target.value })}
          />
          <div className="calls-fields">
            <TextField
              label="Longest message, in seconds"
              type="number"
              min={10}
              max={600}
              required
              value={String(voicemail.seconds)}
              error={wrong('voicemail.seconds')}
              onChange={({ target }) => onChange({ ...voicemail, seconds: Number(target.value) })}
            />
          </div>
          <label className="calls-check">
            <input
              type="checkbox"
              checked={voicemail.transcribe}
              onChange={({ target }) => onChange({ ...voicemail, transcribe: target.checked })}
            />
            <span>
              Write down what was said
              <small>By the provider, where it can.</small>
            </span>
          </label>
        </div>
      )}
    </Part>
  );
}
