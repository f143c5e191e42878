import type { Organisation } from '@latchbox/client/admin';
import { Part } from '../page.tsx';

/** The terms of the organisation, to be confirmed by the field `terms`; nothing where it has none (O3). */
export function Terms({ of: { terms } }: { of: Pick<Organisation, 'terms'> }) {
  if (terms === '') return null;
  return (
    <Part title="Terms">
      <p className="seat-terms">{terms}</p>
      <label className="seat-check">
        <input type="checkbox" name="terms" required /> I confirm these terms
      </label>
    </Part>
  );
}
