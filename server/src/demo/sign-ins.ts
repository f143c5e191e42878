import { type DemoAgent, demoOrganisation } from './shop/index.ts';

/** A sign-in that is printed at every start. */
export interface DemoSignIn {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/**
 * The passwords of the demo's agents. They stand here for everybody to read, so they are good for the demo alone: nothing but
 * `seedDemo` uses them, and it never touches a database with real data.
 */
const PASSWORDS: Readonly<Record<DemoAgent, string>> = {
  mara: 'mara-demo-inkwell',
  jonas: 'jonas-demo-foolscap',
  tess: 'tess-demo-deckle',
  luis: 'luis-demo-bonefolder',
  wen: 'wen-demo-linenthread',
};

export function demoPassword(agent: DemoAgent): string {
  return PASSWORDS[agent];
}

/** Everybody who can sign in to the demo; the first is its admin. */
export const demoSignIns: readonly DemoSignIn[] = demoOrganisation.agents.map(({ key, name, email }) => ({
  name,
  email,
  password: PASSWORDS[key],
}));
