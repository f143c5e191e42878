import type { InboxDraft, Team } from '@latchbox/client/admin';
import { Check } from 'lucide-react';
import { Link } from '../../app/link.tsx';
import { Icon } from '../../ui/icon.tsx';
import { InboxSquare } from '../../ui/inbox-square.tsx';
import { Keyhole } from '../../ui/keyhole.tsx';
import { Plate } from '../../ui/plate.tsx';
import { colourName } from '../inbox/colours.ts';
import { stepPath, STEPS, type WizardStep } from './steps.ts';

interface StepLineProps {
  step: WizardStep;
  draft: InboxDraft | undefined;
}

/** Which step it is; those before it can be gone back to. */
export function StepLine({ step, draft }: StepLineProps) {
  const at = STEPS.findIndex(([one]) => one === step);
  return (
    <ol className="wizard-steps" aria-label="Steps">
      {STEPS.map(([one, label], nth) => {
        const done = nth < at;
        const sign = (
          <>
            <span className="wizard-sign">{done ? <Icon of={Check} size={15} /> : nth + 1}</span>
            <span className="wizard-label">{label}</span>
          </>
        );
        return (
          <li key={one} data-done={done} aria-current={nth === at ? 'step' : undefined}>
            {done && draft !== undefined ? <Link href={stepPath(draft.id, one)}>{sign}</Link> : sign}
          </li>
        );
      })}
    </ol>
  );
}

interface SummaryProps {
  draft: InboxDraft;
  team: Team | undefined;
  /** All of it stands beside it already. */
  confirming: boolean;
}

/** What was filled in so far, and what follows from it. */
export function Summary({ draft, team, confirming }: SummaryProps) {
  const { name, apiCode, freeApiCode, colour, number } = draft;
  if (confirming && !isToldOf(draft)) return null;
  return (
    <aside className="wizard-side" aria-label="So far">
      {confirming ? null : (
        <div className="wizard-card">
          <h2>
            <InboxSquare colour={colour} />
            <span className="cut">{name}</span>
          </h2>
          <dl>
            <dt>Team</dt>
            <dd>{team?.name ?? 'Not chosen'}</dd>
            <dt>API code</dt>
            <dd className="mono">{apiCode ?? freeApiCode}</dd>
            <dt>Colour</dt>
            <dd>{colourName(colour)}</dd>
            <dt>Number</dt>
            <dd className="num">{number?.shown ?? 'Not chosen'}</dd>
          </dl>
        </div>
      )}
      {isToldOf(draft) ? <RegistrationTold draft={draft} team={team?.name ?? 'the team'} /> : null}
    </aside>
  );
}

/** Whether a registration has to be spoken of: there is none yet, and a number that needs it may be or was chosen. */
function isToldOf({ registration, waits, number }: InboxDraft): boolean {
  return registration !== null && registration.state !== 'registered' && (number === null || waits);
}

/** Said before the number is bought: what a registration means, and whether there is one already (M4). */
function RegistrationTold({ draft, team }: { draft: InboxDraft; team: string }) {
  const { registration, first } = draft;
  if (registration === null) return null;
  return (
    <div className="wizard-told">
      <Plate look="outline">
        <Keyhole size={18} />
      </Plate>
      <div>
        {first ? (
          <>
            <b>First texting inbox of {team}</b>
            <p>
              Carriers of the United States want the team registered before anything can be sent; it takes
              them days, mostly. Until then only admins see this inbox, and nobody can be added. You will get
              a mail. Further texting inboxes of {team} share the registration.
            </p>
          </>
        ) : (
          <>
            <b>{team} is not registered yet</b>
            <p>
              {registration.state === 'rejected' && registration.reason !== null
                ? `The carriers rejected it: ${registration.reason} `
                : registration.state === 'pending'
                  ? 'The carriers look at it. '
                  : ''}
              This inbox shares the registration of {team} and waits with it. Until then only admins see it.
            </p>
          </>
        )}
      </div>
    </div>
  );
}
