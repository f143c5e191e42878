import { type Range, useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useRef } from 'react';
import { useClient } from '../app/client.ts';
import { placePath, viewPath } from '../app/place.ts';
import { useNow } from '../app/use-now.ts';
import { shortTime } from '../lib/time-words.ts';
import { useReadable } from '../lib/use-readable.ts';
import { MORE_HEIGHT, More } from './more.tsx';
import { Row } from './row.tsx';
import { rowHeight } from './row-height.ts';
import type { RowsProps } from './rows-props.ts';
import { renderedRows } from './rendered-rows.ts';
import { useAnchor } from './use-anchor.ts';
import { useRoving } from './use-roving.ts';

/** Rows that are kept beyond each end of what is in sight: a fast wheel must not run into nothing. */
const BEYOND = 12;
/** Where each list was scrolled to, by its address: coming back, it stands there again. */
const places = new Map<string, number>();

/** Of a list of any length, the rows that can be seen. */
export function VirtualRows({ view, list, snapshot, rows, openId, words, pointer }: RowsProps) {
  const now = useNow();
  const inboxes = useReadable(useClient().inboxes);
  const scroller = useRef<HTMLDivElement>(null);
  const height = rowHeight();
  const path = viewPath(view);
  const virtual = useVirtualizer<HTMLDivElement, HTMLLIElement>({
    count: rows.length + (snapshot.hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: (at) => (at < rows.length ? height : MORE_HEIGHT),
    overscan: BEYOND,
    rangeExtractor: useRendered(),
    initialOffset: () => places.get(path) ?? 0,
    useFlushSync: false,
  });
  const anchor = useAnchor(scroller, rows, height);
  const { stop, onKeyDown, onRowFocus } = useRoving({ rows, openId, virtual, scroller });

  return (
    <div
      className="list-rows"
      ref={scroller}
      onScroll={() => {
        anchor();
        places.set(path, scroller.current?.scrollTop ?? 0);
      }}
      {...pointer}
    >
      {/* The keys move the focus among the links inside. */}
      <ul aria-label={words.title} onKeyDown={onKeyDown} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          const place = { transform: `translateY(${start}px)` };
          if (row === undefined) return <More key="more" list={list} count={rows.length} style={place} />;
          return (
            <li
              key={row.id}
              aria-setsize={snapshot.hasMore ? -1 : rows.length}
              aria-posinset={index + 1}
              style={place}
            >
              <Row
                row={row}
                href={placePath({ view, conversationId: row.id })}
                open={row.id === openId}
                tabbable={index === stop}
                time={shortTime(row.lastAt, now)}
                inbox={view.name === 'inbox' ? null : (inboxes.find(({ id }) => id === row.inboxId) ?? null)}
                onFocus={onRowFocus}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Which rows are rendered, told by what was in sight before. */
function useRendered(): (range: Range) => number[] {
  const before = useRef<Range | null>(null);
  return useCallback((range: Range) => {
    const rendered = renderedRows(range, before.current);
    before.current = range;
    return rendered;
  }, []);
}
