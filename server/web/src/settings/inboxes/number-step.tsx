import type { FoundNumber, InboxDraft } from '@latchbox/client/admin';
import { type FormEvent, useRef, useState } from 'react';
import { formText } from '../../lib/form-text.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Picks, SearchFields } from '../numbers/number-search.tsx';
import { Foot } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';
import { useFocusOnWrong } from './inbox-step.tsx';
import { useWhenLeft } from './left.ts';
import type { StepActs } from './step-acts.ts';
import { keyOf } from './steps.ts';
import { isRecord, useKept } from './use-kept.ts';

type Chosen = InboxDraft['number'];

interface NumberFields {
  readonly chosen: Chosen;
  readonly voiceForward: string;
}

function isNumberFields(value: unknown): value is NumberFields {
  if (!isRecord(value) || typeof value.voiceForward !== 'string') return false;
  const { chosen } = value;
  return (
    chosen === null ||
    (isRecord(chosen) && typeof chosen.e164 === 'string' && typeof chosen.shown === 'string')
  );
}

/** Exactly one number, searched by area code and the digits it begins with; and where calls to it ring (M2, M3). */
export function NumberStep({ draft, acts }: { draft: InboxDraft; acts: StepActs }) {
  const stored = { chosen: draft.number, voiceForward: draft.voiceForward ?? '' };
  const [filled, put] = useKept(keyOf(draft.id, 'number'), stored, isNumberFields);
  const { chosen, voiceForward } = filled;
  const part = useRef<HTMLDivElement>(null);
  const { wrong, problem, touched } = acts.saving;
  useFocusOnWrong(part, wrong('voiceForward'));
  const fields = {
    number: chosen?.e164 ?? null,
    voiceForward: voiceForward.trim() === '' ? null : voiceForward,
  };
  useWhenLeft(() => acts.onLeft(fields));
  const change = (what: Partial<NumberFields>): void => {
    touched();
    put({ ...filled, ...what });
  };
  return (
    <div className="wizard-form" ref={part}>
      {draft.problem === null ? null : <Notice tone="stop">{draft.problem}</Notice>}
      <NumberChoice
        chosen={chosen}
        onChoose={(number) => {
          change({ chosen: number });
          acts.onChosen({ number: number?.e164 ?? null });
        }}
      />
      <div className="settings-fields">
        <TextField
          label="Forward voice calls to (optional)"
          value={voiceForward}
          inputMode="tel"
          hint="A call to the inbox’s number rings this one. Texts always stay in the inbox."
          error={wrong('voiceForward')}
          onChange={({ target: { value } }) => change({ voiceForward: value })}
        />
      </div>
      <Foot saved={false} problem={wrong('number') ?? problem('voiceForward', 'number')}>
        <Button onClick={acts.onBack}>Back</Button>
        <Button
          look="primary"
          disabled={acts.saving.busy || chosen === null}
          onClick={() => acts.onForward(fields)}
        >
          Continue to members
        </Button>
      </Foot>
    </div>
  );
}

function NumberChoice({ chosen, onChoose }: { chosen: Chosen; onChoose: (number: Chosen) => void }) {
  const { numbers } = useAdmin();
  const [found, setFound] = useState<readonly FoundNumber[] | null>(null);
  const search = useSaving();
  const ask = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => formText(data, name).trim() || undefined;
    void search.run(
      () => numbers.search({ areaCode: text('areaCode'), prefix: text('prefix') }),
      (all) => setFound(all.filter(({ sms }) => sms)),
    );
  };
  const failed = search.problem('areaCode', 'prefix');
  return (
    <>
      <SearchFields busy={search.busy} wrong={search.wrong} onSubmit={ask} />
      {failed === undefined ? null : <Notice tone="stop">{failed}</Notice>}
      <div role="status">
        <p className="hint number-said">{saidOf(found, chosen)}</p>
      </div>
      {found === null || found.length === 0 ? null : (
        <Picks
          found={found}
          chosen={chosen?.e164 ?? null}
          onChoose={(e164) => onChoose(found.find((one) => one.e164 === e164) ?? null)}
        />
      )}
    </>
  );
}

function saidOf(found: readonly FoundNumber[] | null, chosen: Chosen): string {
  const now = chosen === null ? '' : `Chosen: ${chosen.shown}. `;
  if (found === null)
    return chosen === null ? 'Search by area code, and choose one.' : `${now}Search to choose another one.`;
  if (found.length === 0) return `${now}There is none. Try another area code, or fewer digits.`;
  return `${now}${found.length === 1 ? '1 number' : `${found.length} numbers`}, choose one`;
}
