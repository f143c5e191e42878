import { type ComponentType, createElement, lazy, type LazyExoticComponent } from 'react';
import type { Access } from '../session/access.ts';

export interface OpenPageProps {
  readonly access: Access;
}

const of = (load: () => Promise<ComponentType<OpenPageProps>>) =>
  lazy(async () => ({ default: await load() }));

/** A page that a link in a mail leads to. */
const ofLink = (name: 'invitation' | 'forgot' | 'reset' | 'verify') =>
  of(async () => {
    const { LinkPage } = await import('../session/link-page.tsx');
    return () => createElement(LinkPage, { of: name });
  });

/** Pages for which nobody has to be signed in, by the first word of their address. A page more is a line more here. */
export const OPEN_PAGES: Readonly<Record<string, LazyExoticComponent<ComponentType<OpenPageProps>>>> = {
  customer: of(async () => (await import('../customer/customer-page.tsx')).CustomerPage),
  carrier: of(async () => (await import('../carrier/carrier-page.tsx')).CarrierPage),
  'set-up': of(async () => (await import('../set-up/set-up-page.tsx')).SetUpPage),
  invitation: ofLink('invitation'),
  forgot: ofLink('forgot'),
  reset: ofLink('reset'),
  verify: ofLink('verify'),
};
