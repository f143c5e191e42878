/** What a team texts for, as the carriers know it and in words. */
export const USE_CASES: readonly (readonly [string, string])[] = [
  ['CUSTOMER_CARE', 'Customer care'],
  ['ACCOUNT_NOTIFICATION', 'Notices about accounts'],
  ['DELIVERY_NOTIFICATION', 'Notices about deliveries'],
  ['MARKETING', 'Marketing'],
  ['MIXED', 'Several of them'],
  ['LOW_VOLUME', 'Several of them, few messages'],
];

export function useCaseWords(useCase: string): string {
  return USE_CASES.find(([value]) => value === useCase)?.[1] ?? useCase;
}
