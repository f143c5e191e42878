import type { DraftStep, InboxDraft } from '@latchbox/client/admin';
import { settingsPath } from '../place.ts';

export type WizardStep = DraftStep | 'confirm';

/** The steps of a new inbox, in order. */
export const STEPS: readonly (readonly [step: WizardStep, label: string])[] = [
  ['inbox', 'Inbox'],
  ['number', 'Number'],
  ['members', 'Members'],
  ['confirm', 'Confirm'],
];

export function isStep(word: string): word is WizardStep {
  return STEPS.some(([step]) => step === word);
}

/** The step before (-1) or behind (1) another one. */
export function stepBeside(step: WizardStep, way: -1 | 1): WizardStep | undefined {
  return STEPS[STEPS.findIndex(([one]) => one === step) + way]?.[0];
}

/** An API code as the server makes it from a name. */
export function codeOf(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 44)
    .replaceAll(/^-+|-+$/g, '');
}

/** Under which what is filled in of a step is kept in the tab. */
export function keyOf(draftId: string, step: WizardStep): string {
  return `${draftId}.${step}`;
}

export const NEW_PATH = settingsPath('inboxes', 'new');

export function stepPath(id: string, step: WizardStep): string {
  return settingsPath('inboxes', 'draft', id, step);
}

/** Where somebody goes on with it: at the first step that something is missing of. */
export function draftPath({ id, issues }: InboxDraft): string {
  return stepPath(id, issues[0]?.step ?? 'confirm');
}
