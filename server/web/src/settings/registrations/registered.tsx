import type { Campaign } from '@latchbox/client/admin';
import { useCaseWords } from './use-cases.ts';

/** What was handed in, while it can not be changed. */
export function Registered({ registration: { fields } }: { registration: Campaign }) {
  const rows: readonly (readonly [string, string])[] = [
    ['Use case', useCaseWords(fields.useCase)],
    ['What is texted', fields.description],
    ['How contacts agree', fields.messageFlow],
    ...fields.samples.map((sample, nth) => [`Sample ${nth + 1}`, sample] as const),
  ];
  return (
    <dl className="registration-facts">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
