/** The text of a form's field; empty where there is none (or a file). */
export function formText(data: FormData, field: string): string {
  const value = data.get(field);
  return typeof value === 'string' ? value : '';
}
