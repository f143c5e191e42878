import { Suspense } from 'react';
import type { Access } from '../session/access.ts';
import type { Session } from '../session/session.ts';
import { SignedInArea } from '../session/signed-in-area.tsx';
import { OPEN_PAGES } from './open-pages.ts';
import { usePath } from './router.ts';

/** Which page the address names. */
export function Pages({ session, access }: { session: Session; access: Access }) {
  const [first = ''] = usePath()
    .split('/')
    .filter((word) => word !== '');
  const Page = Object.hasOwn(OPEN_PAGES, first) ? OPEN_PAGES[first] : undefined;
  if (Page === undefined) return <SignedInArea session={session} />;
  return (
    <Suspense>
      <Page access={access} />
    </Suspense>
  );
}
