import { lazy, Suspense } from 'react';
import type { Access } from '../session/access.ts';
import type { Session } from '../session/session.ts';
import { SignedInArea } from '../session/signed-in-area.tsx';
import { usePath } from './router.ts';

const CustomerPage = lazy(async () => ({
  default: (await import('../customer/customer-page.tsx')).CustomerPage,
}));
const CarrierPage = lazy(async () => ({
  default: (await import('../carrier/carrier-page.tsx')).CarrierPage,
}));
const SetUpPage = lazy(async () => ({ default: (await import('../set-up/set-up-page.tsx')).SetUpPage }));

const LinkPage = lazy(async () => ({ default: (await import('../session/link-page.tsx')).LinkPage }));
/** Pages that links in mails lead to, before anybody is signed in. */
const LINKS = ['invitation', 'forgot', 'reset', 'verify'] as const;

/** Which page the address names. */
export function Pages({ session, access }: { session: Session; access: Access }) {
  const [first] = usePath()
    .split('/')
    .filter((word) => word !== '');
  if (first === 'customer')
    return (
      <Suspense>
        <CustomerPage />
      </Suspense>
    );
  if (first === 'carrier')
    return (
      <Suspense>
        <CarrierPage access={access} />
      </Suspense>
    );
  if (first === 'set-up')
    return (
      <Suspense>
        <SetUpPage />
      </Suspense>
    );
  const link = LINKS.find((one) => one === first);
  if (link !== undefined)
    return (
      <Suspense>
        <LinkPage key={link} of={link} />
      </Suspense>
    );
  return <SignedInArea session={session} />;
}
