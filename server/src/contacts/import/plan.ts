/** What the columns of a file are. */
import { refuseBy } from '@latchbox/shared';
import type { ImportField, ImportPlan } from '@latchbox/shared/http/contact-imports';
import { searchKey } from '../../lib/search-key.ts';

/** Names of columns as spreadsheets, mail programs and phones write them, without what is no letter. */
const NAMES: { readonly [F in ImportField]: readonly string[] } = {
  name: ['name', 'fullname', 'displayname', 'contact', 'contactname', 'customer', 'nombre', 'nom'],
  first_name: ['firstname', 'givenname', 'forename', 'vorname', 'prenom'],
  last_name: ['lastname', 'surname', 'familyname', 'nachname', 'apellidos'],
  email: ['email', 'emails', 'mail', 'emailaddress', 'mailaddress', 'emails1value', 'emailadresse', 'correo'],
  phone: [
    'phone',
    'phones',
    'phonenumber',
    'mobile',
    'mobilephone',
    'cell',
    'cellphone',
    'tel',
    'telephone',
    'phone1value',
    'telefon',
    'handy',
    'sms',
  ],
  owner: ['owner', 'ownerid', 'userid', 'user', 'assignee', 'agent', 'agentid', 'contactowner'],
  tags: ['tag', 'tags', 'labels', 'label', 'groups', 'groupmembership', 'categories'],
};

/** Fields that several columns may be. */
const SEVERAL: ReadonlySet<ImportField> = new Set(['email', 'phone', 'tags']);

/** What the columns look like by their names. */
export function suggestedPlan(header: readonly string[]): ImportPlan {
  const taken = new Set<ImportField>();
  const columns = header.map((name) => {
    const letters = searchKey(name).replaceAll(/[^\p{L}\p{N}]/gu, '');
    // "Email 2" is one more of the same.
    const plain = letters.replace(/\d+$/, '');
    const field = (Object.keys(NAMES) as ImportField[]).find(
      (one) => NAMES[one].includes(letters) || NAMES[one].includes(plain),
    );
    if (field === undefined || (taken.has(field) && !SEVERAL.has(field))) return null;
    taken.add(field);
    return field;
  });
  return { columns, country: 'US', update: true };
}

/** The plan, if it fits the file. Throws `refused` where no column reaches anybody. */
export function checkedPlan(plan: ImportPlan, header: readonly string[]): ImportPlan {
  const columns = header.map((_name, at) => plan.columns[at] ?? null);
  if (!columns.some((field) => field === 'email' || field === 'phone'))
    throw refuseBy('contact_import_columns');
  return { ...plan, columns };
}
