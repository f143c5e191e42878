import '../nav/nav.css';
import './settings-nav.css';
import { ArrowLeft, Search, X } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { Link } from '../app/link.tsx';
import { navigate } from '../app/router.ts';
import { useShortcut } from '../keys/use-shortcut.ts';
import { BareIconButton, Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { findPages, type FoundPage } from './find-pages.ts';
import type { SettingsEntry } from './pages.ts';
import { settingsPath } from './place.ts';

interface SettingsNavProps {
  entries: readonly SettingsEntry[];
  current: SettingsEntry | undefined;
  /** Its name is the heading of the page. */
  heading: boolean;
}

/** The pages under their headings, all of them or those that are looked for. */
export function SettingsNav({ entries, current, heading }: SettingsNavProps) {
  const [query, setQuery] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const pages = useRef<HTMLDivElement>(null);
  const found = findPages(entries, query);
  const searching = query.trim() !== '';
  useShortcut('filter', () => field.current?.focus());
  // The list is longer than many a window.
  useEffect(() => {
    pages.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return (
    <nav className="nav" aria-label="Settings">
      <div className="nav-brand settings-brand">
        <Link className="icon-button" href="/" aria-label="Back to the inbox" data-tip="Back to the inbox">
          <Icon of={ArrowLeft} />
        </Link>
        {heading ? <h1>Settings</h1> : <b>Settings</b>}
      </div>
      <Find
        query={query}
        field={field}
        onQuery={setQuery}
        onChoose={() => {
          if (searching && found[0] !== undefined) navigate(settingsPath(found[0].entry.path));
        }}
        onDown={() => stepFrom(pages.current, -1, 1)}
      />
      {/* Always there, so that what appears in it is read aloud. */}
      <p className="said" role="status">
        {searching ? foundWords(found.length) : ''}
      </p>
      <div ref={pages} className="nav-scroll" onKeyDown={(event) => onArrow(event, field.current)}>
        {found.length === 0 ? (
          <div className="settings-none">
            <p>
              No page here is about “<b>{query.trim()}</b>”.
            </p>
            <Button
              size="small"
              onClick={() => {
                setQuery('');
                field.current?.focus();
              }}
            >
              Show all pages
            </Button>
          </div>
        ) : (
          <Groups found={found} current={current} />
        )}
      </div>
    </nav>
  );
}

interface FindProps {
  query: string;
  field: RefObject<HTMLInputElement | null>;
  onQuery: (query: string) => void;
  /** Enter: the first page that was found. */
  onChoose: () => void;
  onDown: () => void;
}

function Find({ query, field, onQuery, onChoose, onDown }: FindProps) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') onChoose();
    else if (event.key === 'ArrowDown') onDown();
    // With nothing to clear it goes back, as everywhere.
    else if (event.key === 'Escape' && query !== '') onQuery('');
    else return;
    event.preventDefault();
  };
  return (
    <div className="settings-find" role="search">
      <Icon of={Search} size={16} />
      <input
        ref={field}
        className="input"
        aria-label="Find a setting"
        placeholder="Find a setting"
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {query === '' ? null : (
        <BareIconButton
          icon={X}
          label="Clear"
          onClick={() => {
            onQuery('');
            field.current?.focus();
          }}
        />
      )}
    </div>
  );
}

const foundWords = (count: number): string =>
  count === 0 ? 'No page' : count === 1 ? '1 page' : `${count} pages`;

function Groups({ found, current }: { found: readonly FoundPage[]; current: SettingsEntry | undefined }) {
  const groups = [...new Set(found.map(({ entry }) => entry.group))];
  return groups.map((group) => (
    <div key={group} role="group" aria-label={group}>
      <h2 className="nav-title">{group}</h2>
      {found
        .filter(({ entry }) => entry.group === group)
        .map(({ entry: { path, label, icon }, because }) => (
          <Link
            key={path}
            className="nav-item"
            href={settingsPath(path)}
            aria-current={path === current?.path ? 'page' : undefined}
          >
            <Icon of={icon} size={17} />
            <span className="cut">{label}</span>
            {because === null ? null : <small className="cut">{because}</small>}
          </Link>
        ))}
    </div>
  ));
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

/** Arrows go from page to page, and from the first one up into the field. */
function onArrow(event: KeyboardEvent<HTMLElement>, field: HTMLElement | null): void {
  const by = STEPS[event.key];
  if (by === undefined || event.metaKey || event.ctrlKey || event.altKey) return;
  const links = event.currentTarget.querySelectorAll('a');
  const at = Array.from(links).findIndex((link) => link === document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  if (at === 0 && event.key === 'ArrowUp') field?.focus();
  else stepFrom(event.currentTarget, at, by);
}

function stepFrom(pages: HTMLElement | null, at: number, by: number): void {
  const links = pages?.querySelectorAll('a') ?? [];
  links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
}
