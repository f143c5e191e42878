import './filters.css';
import type { ListQuery } from '@latchbox/client';
import { MailOpen, X } from 'lucide-react';
import { isFiltered, type View, type ViewFilter, viewPath } from '../app/place.ts';
import { navigate, usePath } from '../app/router.ts';
import { viewOf } from '../list/queries.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { MenuChoice } from '../ui/menu.tsx';
import { FilterChip } from './filter-chip.tsx';
import { readWords } from './filter-words.ts';
import { InboxFilter } from './inbox-filter.tsx';
import { WhoseFilter } from './whose-filter.tsx';

interface FilterRowProps {
  view: View;
  /** What it shows. */
  query: ListQuery;
}

/** Narrows the list: whose, read or not, of which inboxes; and back to all of it with one click (M8, W4). */
export function FilterRow({ view, query }: FilterRowProps) {
  const rest = conversationIn(usePath());
  // What was kept under a name is changed as a list of its own.
  const base = view.name === 'view' ? viewOf(query) : view;
  const filter = base.name === 'view' ? {} : (base.filter ?? {});
  const go = (next: ViewFilter): void => {
    const to = { ...base, filter: next } as View;
    navigate(viewPath(to) + rest, view.name === 'view' ? 'push' : 'replace');
  };
  const change = (what: ViewFilter): void => go({ ...filter, ...what });
  return (
    <div className="filters" role="group" aria-label="Filter">
      {base.name === 'mine' || base.name === 'unassigned' ? null : (
        <WhoseFilter
          inboxId={base.name === 'inbox' ? base.inboxId : undefined}
          value={filter.assignee}
          onChange={(assignee) => change({ assignee })}
        />
      )}
      <FilterChip
        tip="Read or not"
        words={readWords(filter.unread)}
        picture={filter.unread === undefined ? <Icon of={MailOpen} size={14} /> : undefined}
        brief
        set={filter.unread !== undefined}
      >
        <MenuChoice
          label="Shown are"
          value={String(filter.unread)}
          choices={[
            { value: 'undefined', words: 'Read or not' },
            { value: 'true', words: 'Unread' },
            { value: 'false', words: 'Read' },
          ]}
          onChange={(value) => change({ unread: value === 'undefined' ? undefined : value === 'true' })}
        />
      </FilterChip>
      {base.name === 'inbox' ? null : (
        <InboxFilter value={filter.inboxIds} onChange={(inboxIds) => change({ inboxIds })} />
      )}
      {isFiltered(filter) && view.name !== 'view' ? (
        <IconButton icon={X} label="Clear the filter" className="filter-clear" onClick={() => go({})} />
      ) : null}
    </div>
  );
}

/** "/c/cnv_1": whatever conversation is open stays open. */
function conversationIn(path: string): string {
  return /\/c\/[^/]+/.exec(path)?.[0] ?? '';
}
