import '../numbers/numbers.css';
import type { InboxDraft, InboxDraftFields, Team } from '@latchbox/client/admin';
import { type ReactNode, useEffect, useRef } from 'react';
import { navigate } from '../../app/router.ts';
import { Loaded } from '../loaded.tsx';
import { Page } from '../page.tsx';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { ConfirmStep } from './confirm-step.tsx';
import { Created } from './created.tsx';
import { fieldsOf, given, InboxStep, isInboxFields, newFields } from './inbox-step.tsx';
import { allStored, focusOnHeading, stillStoring, useWhenLeft } from './left.ts';
import { MembersStep } from './members-step.tsx';
import { NumberStep } from './number-step.tsx';
import { type DraftSaves, type StepActs, useDraftSaves } from './step-acts.ts';
import { keyOf, stepBeside, stepPath, type WizardStep } from './steps.ts';
import { StepLine, Summary } from './summary.tsx';
import { forgetKept, useKept } from './use-kept.ts';

const LIST = settingsPath('inboxes');

/** The first step of an inbox of which nothing is stored yet. */
export function NewInbox() {
  const { inboxDrafts, teams } = useAdmin();
  const { asked, again } = useAsked('teams', (signal) => teams.list({ signal }));
  return (
    <Loaded asked={asked} what="The teams" onRetry={again}>
      {(all) => (
        <FirstStep
          teams={all}
          begin={async (fields) => (await inboxDrafts.begin(fields)).id}
          onBegun={(id) => navigate(stepPath(id, 'number'), 'replace')}
        />
      )}
    </Loaded>
  );
}

interface FirstStepProps {
  teams: readonly Team[];
  begin: (fields: InboxDraftFields) => Promise<string>;
  onBegun: (id: string) => void;
}

const NEW = 'new';

function FirstStep({ teams, begin, onBegun }: FirstStepProps) {
  const [fields, put] = useKept(NEW, newFields(teams), isInboxFields);
  const { run, busy, wrong, problem, touched } = useSaving();
  const over = useRef(false);
  // Whoever only looks elsewhere finds it among those that were begun; what is not right yet stays in this tab.
  useWhenLeft(() => {
    if (over.current || fields.name.trim() === '') return;
    stillStoring(begin(given(fields)).then(() => forgetKept(NEW)));
  });
  return (
    <WizardPage
      title="New inbox"
      step="inbox"
      lede="What it is called, whose it is, and how it looks in the navigation."
    >
      <InboxStep
        fields={fields}
        teams={teams}
        saving={{ busy, wrong, problem }}
        onChange={(change) => {
          touched();
          put({ ...fields, ...change });
        }}
        onCancel={() => {
          over.current = true;
          forgetKept(NEW);
          navigate(LIST);
        }}
        onDone={() =>
          void run(async () => {
            const id = await begin(given(fields));
            over.current = true;
            forgetKept(NEW);
            return id;
          }, onBegun)
        }
      />
    </WizardPage>
  );
}

/** An inbox that was begun: one step after the other, forth and back. */
export function Wizard({ id, step }: { id: string; step: WizardStep }) {
  const { inboxDrafts, teams } = useAdmin();
  const { asked, again, put } = useAsked(id, async (signal) => {
    await allStored();
    return { draft: await inboxDrafts.get(id, { signal }), teams: await teams.list({ signal }) };
  });
  return (
    <Loaded asked={asked} what="The inbox" onRetry={again}>
      {(known) =>
        known.draft.state === 'done' ? (
          <Created draft={known.draft} />
        ) : (
          <Steps
            draft={known.draft}
            teams={known.teams}
            step={step}
            onDraft={(draft) => put({ ...known, draft })}
          />
        )
      }
    </Loaded>
  );
}

interface StepsProps {
  draft: InboxDraft;
  teams: readonly Team[];
  step: WizardStep;
  onDraft: (draft: InboxDraft) => void;
}

function Steps({ draft, teams, step, onDraft }: StepsProps) {
  const saves = useDraftSaves(draft, onDraft);
  useFocusOn(step);
  const team = teams.find(({ id }) => id === draft.teamId);
  return (
    <WizardPage
      {...headOf(step, draft)}
      step={step}
      draft={draft}
      aside={<Summary draft={draft} team={team} confirming={step === 'confirm'} />}
    >
      <StepForm key={step} draft={draft} teams={teams} team={team} step={step} saves={saves} />
    </WizardPage>
  );
}

interface StepFormProps {
  draft: InboxDraft;
  teams: readonly Team[];
  team: Team | undefined;
  step: WizardStep;
  saves: DraftSaves;
}

function StepForm({ draft, teams, team, step, saves }: StepFormProps) {
  const saving = useSaving();
  const go = (to: WizardStep | undefined): void => {
    if (to !== undefined) navigate(stepPath(draft.id, to));
  };
  const store = async (fields: InboxDraftFields): Promise<void> => {
    await saves.save(fields);
    forgetKept(keyOf(draft.id, step));
  };
  const acts: StepActs = {
    saving,
    onForward: (fields) =>
      void saving.run(
        () => store(fields),
        () => go(stepBeside(step, 1)),
      ),
    onChosen: (fields) => stillStoring(saves.save(fields)),
    // It is stored as the step is left.
    onBack: () => go(stepBeside(step, -1)),
    // What is not right yet stays as it was typed; it is asked for again when it is come back to.
    onLeft: (fields) => stillStoring(store(fields)),
  };
  switch (step) {
    case 'inbox':
      return <StoredInboxStep draft={draft} teams={teams} acts={acts} />;
    case 'number':
      return <NumberStep draft={draft} acts={acts} />;
    case 'members':
      return <MembersStep draft={draft} team={team} acts={acts} />;
    case 'confirm':
      return <ConfirmStep draft={draft} team={team} onDraft={saves.put} onBack={acts.onBack} />;
  }
}

function StoredInboxStep({
  draft,
  teams,
  acts,
}: {
  draft: InboxDraft;
  teams: readonly Team[];
  acts: StepActs;
}) {
  const [fields, put] = useKept(keyOf(draft.id, 'inbox'), fieldsOf(draft), isInboxFields);
  useWhenLeft(() => {
    if (fields.name.trim() !== '') acts.onLeft(given(fields));
  });
  const { busy, wrong, problem, touched } = acts.saving;
  return (
    <InboxStep
      fields={fields}
      teams={teams}
      saving={{ busy, wrong, problem }}
      onChange={(change) => {
        touched();
        put({ ...fields, ...change });
      }}
      onCancel={() => navigate(LIST)}
      onDone={() => acts.onForward(given(fields))}
    />
  );
}

function headOf(step: WizardStep, { name }: InboxDraft): { title: string; lede: ReactNode } {
  switch (step) {
    case 'inbox':
      return {
        title: 'New inbox',
        lede: 'What it is called, whose it is, and how it looks in the navigation.',
      };
    case 'number':
      return {
        title: 'Choose a number',
        lede: (
          <>
            Customers will see it on every text from <b>{name}</b>. You can add more later; this one is the
            primary.
          </>
        ),
      };
    case 'members':
      return {
        title: 'Choose members',
        lede: (
          <>
            Who of the team sees <b>{name}</b>. All members read everything in it; those who may, write from
            it.
          </>
        ),
      };
    case 'confirm':
      return { title: 'Confirm', lede: 'The number is bought and the inbox created only now.' };
  }
}

interface WizardPageProps {
  title: string;
  lede: ReactNode;
  step: WizardStep;
  draft?: InboxDraft;
  aside?: ReactNode;
  children: ReactNode;
}

function WizardPage({ title, lede, step, draft, aside, children }: WizardPageProps) {
  return (
    <Page title={title} lede={lede}>
      <StepLine step={step} draft={draft} />
      <div className="wizard">
        <div className="wizard-main">{children}</div>
        {aside}
      </div>
    </Page>
  );
}

function useFocusOn(step: WizardStep): void {
  const before = useRef(step);
  useEffect(() => {
    if (before.current === step) return;
    before.current = step;
    focusOnHeading();
  }, [step]);
}
