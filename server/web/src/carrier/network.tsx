import { type FormEvent, useState } from 'react';
import { formText } from '../lib/form-text.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import {
  type Carrier,
  type CarrierCalls,
  type CarrierCampaign,
  type CarrierSettings,
  OUTCOMES,
} from './carrier-api.ts';

interface NetworkProps {
  carrier: Carrier;
  calls: CarrierCalls;
  act: (work: () => Promise<void>) => Promise<boolean>;
}

/** What becomes of texts, which registrations are decided, and how other programs reach this carrier. */
export function Network({ carrier, calls, act }: NetworkProps) {
  const { settings, campaigns, accountSid, authToken, path } = carrier;
  const change = (part: Partial<CarrierSettings>) => void act(() => calls.change({ ...settings, ...part }));
  return (
    <div className="customer-page">
      <h1>What carriers do</h1>
      <SelectField
        label="Texts that your team sends from now on are"
        value={settings.outcome}
        onChange={({ target }) => {
          const outcome = OUTCOMES.find((one) => one === target.value);
          if (outcome !== undefined) change({ outcome });
        }}
      >
        {OUTCOMES.map((outcome) => (
          <option key={outcome} value={outcome}>
            {outcome}
          </option>
        ))}
      </SelectField>
      <label>
        <input
          type="checkbox"
          checked={settings.shuffled}
          onChange={({ target }) => change({ shuffled: target.checked })}
        />{' '}
        News of them come in the wrong order
      </label>
      <label>
        <input
          type="checkbox"
          checked={settings.twice}
          onChange={({ target }) => change({ twice: target.checked })}
        />{' '}
        News of them come twice
      </label>
      <h2>Registrations</h2>
      {campaigns.length === 0 ? <p>No team has handed one in.</p> : null}
      {campaigns.map((campaign) => (
        <Campaign
          key={campaign.sid}
          campaign={campaign}
          onDecide={(reason) => void act(() => calls.decide(campaign.sid, reason))}
        />
      ))}
      <h2>For programs</h2>
      <p>
        The API stands at <code>{`${location.origin}${path}`}</code>, for the account{' '}
        <code>{accountSid}</code> with the token <code className="carrier-token">{authToken}</code>.
      </p>
    </div>
  );
}

function Campaign({
  campaign,
  onDecide,
}: {
  campaign: CarrierCampaign;
  onDecide: (reason: string | null) => void;
}) {
  const { description, useCase, status, reason } = campaign;
  const [rejecting, setRejecting] = useState(false);
  const reject = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onDecide(formText(new FormData(event.currentTarget), 'reason').trim());
    setRejecting(false);
  };
  return (
    <section className="carrier-campaign" aria-label={`Registration ${useCase}`}>
      <p>
        <b>{useCase}</b> · {status}
        {reason === null ? null : `: ${reason}`}
      </p>
      <p>{description}</p>
      {rejecting ? (
        <form onSubmit={reject}>
          <TextField label="Why" name="reason" required maxLength={300} />
          <Button type="submit">Reject</Button>
        </form>
      ) : (
        <div className="carrier-verdict">
          <Button onClick={() => onDecide(null)}>Approve</Button>
          <Button look="quiet" onClick={() => setRejecting(true)}>
            Reject…
          </Button>
        </div>
      )}
    </section>
  );
}
