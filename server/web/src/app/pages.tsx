import { lazy, Suspense } from 'react';
import type { Session } from '../session/session.ts';
import { SignedInArea } from '../session/signed-in-area.tsx';
import { usePath } from './router.ts';

const CustomerPage = lazy(async () => ({
  default: (await import('../customer/customer-page.tsx')).CustomerPage,
}));
const SetUpPage = lazy(async () => ({ default: (await import('../set-up/set-up-page.tsx')).SetUpPage }));

/** Which page the address names. */
export function Pages({ session }: { session: Session }) {
  const [first] = usePath()
    .split('/')
    .filter((word) => word !== '');
  if (first === 'customer')
    return (
      <Suspense>
        <CustomerPage />
      </Suspense>
    );
  if (first === 'set-up')
    return (
      <Suspense>
        <SetUpPage />
      </Suspense>
    );
  return <SignedInArea session={session} />;
}
