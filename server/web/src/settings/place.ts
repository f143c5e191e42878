/** Where the settings are. */
export const SETTINGS_PATH = '/settings';

/** The address of a page of the settings, and of an inbox on it. */
export function settingsPath(page: string, ...rest: readonly string[]): string {
  return [SETTINGS_PATH, page, ...rest.map(encodeURIComponent)].join('/');
}
