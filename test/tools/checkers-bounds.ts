/** What was promised in a run. */

import { BOUNDS, type Bounds } from './history-record.ts';
import type { Run } from './history.ts';

/** The promises of this run; those that it does not name are the product's defaults. */
export const boundsOf = (run: Run): Bounds => ({ ...BOUNDS, ...run.bounds });
