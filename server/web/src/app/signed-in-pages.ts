import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

const of = (load: () => Promise<ComponentType>) => lazy(async () => ({ default: await load() }));

/** Pages of the signed-in beside the inbox, by the first word of their address. A page more is a line more here. */
export const SIGNED_IN_PAGES: Readonly<Record<string, LazyExoticComponent<ComponentType>>> = {
  mail: of(async () => (await import('../mail/mail-page.tsx')).MailPage),
  scheduled: of(async () => (await import('../scheduled/scheduled-page.tsx')).ScheduledPage),
  notifications: of(async () => (await import('../notifications/notifications-page.tsx')).NotificationsPage),
  settings: of(async () => (await import('../settings/settings-page.tsx')).SettingsPage),
};
