import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual';

/** Rows beyond each end of what is in sight after a jump: everything is new then, and each of them costs the frame. */
const BEYOND_JUMP = 2;

/**
 * The places of the rows to render: those in sight and `range.overscan` beyond each end; fewer after a jump, as of a dragged thumb, which
 * leaves nothing in sight that was there `before`.
 */
export function renderedRows(range: Range, before: Range | null): number[] {
  const jumped =
    before !== null && (range.startIndex > before.endIndex || range.endIndex < before.startIndex);
  return defaultRangeExtractor(jumped ? { ...range, overscan: BEYOND_JUMP } : range);
}
