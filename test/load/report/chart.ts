/** A line chart as SVG: no library, no script needed to see it. Colours come from the page's style. */

export interface Series {
  readonly name: string;
  /** NaN where there is nothing to show. */
  readonly points: readonly (readonly [at: number, value: number])[];
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly Series[];
  /** Vertical lines with a word. */
  readonly marks?: readonly { readonly at: number; readonly what: string }[];
  /** A promise: a horizontal line. */
  readonly limit?: { readonly value: number; readonly what: string };
}

const WIDTH = 560;
const HEIGHT = 220;
const LEFT = 52;
const RIGHT = 10;
const TOP = 12;
const BOTTOM = 26;

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A round number that is a little above. */
function ceiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 8, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

export function short(value: number): string {
  if (Math.abs(value) >= 10_000) return `${Number((value / 1_000).toPrecision(3))}k`;
  return Number(value.toPrecision(3)).toLocaleString('en');
}

interface Frame {
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
  readonly end: number;
  readonly top: number;
}

function frameOf({ series, limit }: Chart): Frame {
  const points = series.flatMap((one) => one.points);
  const end = Math.max(1, ...points.map(([at]) => at));
  const highest = Math.max(0, ...points.map(([, value]) => value).filter((value) => !Number.isNaN(value)));
  // A promise that is far above would make everything else a flat line.
  const top = ceiling(
    limit !== undefined && limit.value < highest * 4 ? Math.max(highest, limit.value) : highest,
  );
  return {
    end,
    top,
    x: (at) => LEFT + (at / end) * (WIDTH - LEFT - RIGHT),
    y: (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM),
  };
}

function grid({ x, y, end, top }: Frame): string {
  const across = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(top * part).toFixed(1);
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/><text class="tick" x="${LEFT - 6}" y="${at}" dy="0.32em" text-anchor="end">${short(top * part)}</text>`;
  });
  const along = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const anchor = part === 1 ? 'end' : 'middle';
    return `<text class="tick" x="${x(end * part).toFixed(1)}" y="${HEIGHT - 8}" text-anchor="${anchor}">${Math.round(end * part)} s</text>`;
  });
  return [...across, ...along].join('');
}

/** Lines between neighbours; a gap where there is nothing, a dot where one stands alone. */
function line({ points }: Series, place: number, { x, y }: Frame): string {
  const runs: string[][] = [[]];
  for (const [at, value] of points) {
    if (Number.isNaN(value)) runs.push([]);
    else runs.at(-1)?.push(`${x(at).toFixed(1)},${y(value).toFixed(1)}`);
  }
  return runs
    .filter((run) => run.length > 0)
    .map((run) => {
      const [cx, cy] = run[0]?.split(',') ?? [];
      if (run.length === 1) return `<circle class="dot s${place}" cx="${cx}" cy="${cy}" r="2.2"/>`;
      return `<polyline class="line s${place}" points="${run.join(' ')}"/>`;
    })
    .join('');
}

function limitLine({ limit }: Chart, { y, top }: Frame): string {
  if (limit === undefined || limit.value > top) return '';
  const at = y(limit.value).toFixed(1);
  return `<line class="limit" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/><text class="limit-word" x="${WIDTH - RIGHT}" y="${at}" dy="-4" text-anchor="end">${escaped(limit.what)}</text>`;
}

function legend({ series }: Chart): string {
  return series
    .map(({ name, points }, place) => {
      const last = points.findLast(([, value]) => !Number.isNaN(value))?.[1];
      const told = last === undefined ? '' : ` <b>${short(last)}</b>`;
      return `<li class="s${place}"><i></i>${escaped(name)}${told}</li>`;
    })
    .join('');
}

/** As one `<figure>`. */
export function chart(one: Chart): string {
  const frame = frameOf(one);
  const marks = (one.marks ?? []).map(({ at, what }) => {
    const x = frame.x(at).toFixed(1);
    return `<line class="mark" x1="${x}" x2="${x}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"><title>${escaped(what)}</title></line>`;
  });
  const lines = one.series.map((series, place) => line(series, place, frame));
  const data = JSON.stringify({
    end: frame.end,
    unit: one.unit,
    series: one.series.map(({ name, points }) => [
      name,
      points.map(([at, value]) => [
        Number(at.toFixed(1)),
        Number.isNaN(value) ? null : Number(value.toPrecision(4)),
      ]),
    ]),
  });
  return `<figure data-chart="${escaped(data)}"><figcaption><h3>${escaped(one.title)}</h3><span>${escaped(one.unit)}</span></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(`${one.title}, in ${one.unit}, over time`)}">${grid(frame)}${marks.join('')}${limitLine(one, frame)}${lines.join('')}<line class="cursor" y1="${TOP}" y2="${HEIGHT - BOTTOM}" x1="-9" x2="-9"/></svg>
<ul class="legend">${legend(one)}</ul></figure>`;
}

/** What the page's script needs to find a moment under the pointer. */
export const PLOT = { width: WIDTH, left: LEFT, right: RIGHT } as const;
