/** Acts whose names are no words yet. */
const SAID: Readonly<Record<string, string>> = {
  'agent.phone': 'phone number of a user changed',
  'inbox.address_put': 'inbox address added or changed',
  'inbox.call_routing': 'inbox call routing changed',
  'inbox.member_put': 'inbox member added or changed',
  'inbox.signature_put': 'inbox signature changed',
  'mailbox.master_set': 'mailbox master changed',
  'sign_in.began': 'signed in',
  'sign_in.ended': 'signed out',
  'user.accepted': 'invitation accepted',
  'user.factor_off': 'second factor switched off',
  'user.factor_on': 'second factor switched on',
  'user.factor_required': 'demand for a second factor changed',
  'user.factor_reset': 'second factor of a user reset',
  'user.invitation_sent': 'invitation sent',
  'user.invitation_withdrawn': 'invitation withdrawn',
  'user.password_changed': 'password changed',
  'user.password_refused': 'wrong password at one’s own page',
  'user.password_reset': 'password set by a link',
  'user.password_reset_sent': 'link for a new password sent',
  'user.recovery_code_used': 'recovery code used',
  'user.recovery_codes_renewed': 'recovery codes renewed',
  'user.signed_out': 'user signed out everywhere',
  'user.signed_out_elsewhere': 'signed out elsewhere',
  'user.verification_sent': 'verification sent',
};

/** An act in words, most of them made of its name: `user.locked.refused` → "Refused: user locked". */
export function actWords(action: string): string {
  const refused = /^[^.]+\..+\.refused$/.test(action);
  const act = refused ? action.slice(0, -'.refused'.length) : action;
  const words =
    SAID[act] ??
    act
      .replaceAll(/[._]/g, ' ')
      .replace(/^api\b/, 'API')
      .replace(/^dkim\b/, 'DKIM');
  return refused ? `Refused: ${words}` : words.charAt(0).toUpperCase() + words.slice(1);
}

export interface DetailWords {
  readonly name: string;
  /** Left out: there was nothing before. */
  readonly was?: string | undefined;
  readonly is: string;
}

/** Names of what has an id, by that. */
export type Names = ReadonlyMap<string, string>;

/** What an act was about: of changes what it was before and is after, of the rest what it is. */
export function detailWords(
  { before, after, ...rest }: Readonly<Record<string, unknown>>,
  names: Names = new Map(),
): DetailWords[] {
  const [was, is] = [fields(before), fields(after)];
  const changed = Object.keys({ ...was, ...is }).map((name) => ({
    name: nameWords(name),
    was: words(was[name] ?? null, names),
    is: words(is[name] ?? null, names),
  }));
  const others = Object.entries(rest)
    // That no password was given says nothing.
    .filter(([, value]) => value !== false && value !== null)
    .map(([name, value]) => ({ name: nameWords(name), is: words(value, names) }));
  return [...changed, ...others];
}

/** `locksTo` → "locks to". */
const nameWords = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

function words(value: unknown, names: Names): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (typeof value === 'string') return names.get(value) ?? value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((one) => words(one, names)).join(', ');
  if (typeof value !== 'object') return JSON.stringify(value);
  return Object.entries(value)
    .map(([name, one]) => `${nameWords(name)} ${words(one, names)}`)
    .join(', ');
}
