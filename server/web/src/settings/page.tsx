import { ArrowLeft, Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '../app/link.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { SETTINGS_PATH } from './place.ts';

interface PageProps {
  title: string;
  /** What can be done here and what follows from it, in a sentence or two. */
  lede: ReactNode;
  /** Beside the heading: the one thing to begin here. */
  action?: ReactNode;
  children: ReactNode;
}

/** A page of the settings: its heading, what it is about, and its parts. */
export function Page({ title, lede, action, children }: PageProps) {
  return (
    <div className="settings-page">
      <header className="settings-head">
        <div className="grow">
          <Link className="settings-up only-phone" href={SETTINGS_PATH}>
            <Icon of={ArrowLeft} size={16} />
            Settings
          </Link>
          <h1 tabIndex={-1}>{title}</h1>
          <p className="settings-lede">{lede}</p>
        </div>
        {action}
      </header>
      {children}
    </div>
  );
}

/** A part of a page, under its own heading. */
export function Part({ title, hint, children }: { title: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <section className="settings-part" aria-label={title}>
      <header className={typeof hint === 'string' ? 'settings-stack' : ''}>
        <h2>{title}</h2>
        {hint === undefined ? null : <span className="hint">{hint}</span>}
      </header>
      {children}
    </section>
  );
}

/** What ends a form: whether it is kept, and the ways on. */
export function Foot(props: { saved: boolean; problem?: string | undefined; children?: ReactNode }) {
  const { saved, problem, children } = props;
  return (
    <footer className="settings-foot">
      {problem === undefined ? null : <Notice tone="stop">{problem}</Notice>}
      {/* Always there, so that what appears in it is read aloud. */}
      <span className="hint grow" role="status">
        {saved ? (
          <>
            <Icon of={Check} size={15} />
            Saved
          </>
        ) : null}
      </span>
      {children}
    </footer>
  );
}
