import '../app/app.css';
import './settings.css';
import { Suspense, useEffect, useRef } from 'react';
import { useClient, useMe } from '../app/client.ts';
import { Failure, useFailure } from '../app/failure.tsx';
import { navigate, usePath } from '../app/router.ts';
import { useShortcut } from '../keys/use-shortcut.ts';
import { isPhone, usePhone } from '../lib/is-phone.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Blank } from '../ui/blank.tsx';
import { SETTINGS, type SettingsEntry } from './pages.ts';
import { SETTINGS_PATH } from './place.ts';
import { SettingsNav } from './settings-nav.tsx';
import { TellFailure } from './tell-failure.ts';

/** Everything that is set up: its navigation at the left, one page at the right. On a phone one of the two. */
export function SettingsPage() {
  const [, name, ...rest] = usePath()
    .split('/')
    .filter((word) => word !== '')
    .map(decodeURIComponent);
  const shown = useShown();
  const entry = name === undefined ? shown[0] : shown.find(({ path }) => path === name);
  const main = useRef<HTMLElement>(null);
  // On a phone the navigation is all there is until a page is chosen.
  const only = usePhone() && name === undefined;
  const { onFailed, words } = useFailure();
  const back = (): void => navigate(name !== undefined && isPhone() ? SETTINGS_PATH : '/');
  useShortcut('back', back);
  useEffect(() => {
    document.title = `${entry?.label ?? 'Settings'} — Settings — Latchbox`;
    main.current?.scrollTo({ top: 0 });
    // On a phone the navigation is gone, and the focus with it.
    if (name !== undefined && isPhone()) main.current?.querySelector<HTMLElement>('h1')?.focus();
  }, [entry, name]);
  return (
    <TellFailure value={onFailed}>
      <div className="app settings" data-open={name !== undefined} role={only ? 'main' : undefined}>
        <SettingsNav entries={shown} current={only ? undefined : entry} heading={only} />
        <main className="settings-main" ref={main}>
          {entry === undefined ? (
            <Blank picture="keyhole" title="There is no such page">
              <p>It may be for those who manage an inbox.</p>
            </Blank>
          ) : (
            <Suspense>
              <entry.Page key={entry.path} rest={rest} />
            </Suspense>
          )}
        </main>
        <Failure words={words} />
      </div>
    </TellFailure>
  );
}

/** The pages that are of use to whoever is signed in. */
function useShown(): readonly SettingsEntry[] {
  const admin = useMe()?.role === 'admin';
  const inboxes = useReadable(useClient().inboxes);
  const manages = admin || inboxes.some(({ capability }) => capability === 'manage');
  return SETTINGS.filter(({ who }) => who === 'everybody' || (who === 'admins' ? admin : manages));
}
