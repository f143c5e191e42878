import './boxes.css';
import { KEYHOLE } from './keyhole.tsx';

const WIDTH = 44;
const HEIGHT = 34;
const GAP = 5;

/** The wall of post-office boxes; `open` says which one (column, row) stands open with a letter in it. */
export function Boxes(props: {
  columns: number;
  rows: number;
  scale?: number;
  open?: readonly [number, number];
}) {
  const { columns, rows, open, scale = 1 } = props;
  const width = columns * (WIDTH + GAP) - GAP + 2;
  const height = rows * (HEIGHT + GAP) - GAP + 2;
  const places = Array.from(
    { length: columns * rows },
    (_, at) => [at % columns, Math.floor(at / columns)] as const,
  );
  return (
    <svg
      aria-hidden="true"
      className="boxes"
      viewBox={`-1 -1 ${width} ${height}`}
      width={width * scale}
      height={height * scale}
    >
      {places.map(([column, row]) =>
        open?.[0] === column && open[1] === row ? null : (
          <Shut key={`${column},${row}`} column={column} row={row} />
        ),
      )}
      {open === undefined ? null : <Open column={open[0]} row={open[1]} />}
    </svg>
  );
}

const place = (column: number, row: number) => `translate(${column * (WIDTH + GAP)} ${row * (HEIGHT + GAP)})`;

function Shut({ column, row }: { column: number; row: number }) {
  return (
    <g transform={place(column, row)}>
      <rect
        width={WIDTH}
        height={HEIGHT}
        rx="3.2"
        className={`boxes-front boxes-front-${(column * 7 + row * 3) % 5}`}
        strokeWidth=".5"
      />
      <rect x="17.5" y="5" width="9" height="3.4" rx="1.2" className="boxes-plate" />
      <path className="boxes-keyhole" transform="translate(15.8 12.4) scale(.62)" d={KEYHOLE} />
    </g>
  );
}

function Open({ column, row }: { column: number; row: number }) {
  return (
    <g transform={place(column, row)}>
      <rect width={WIDTH} height={HEIGHT} rx="3.2" className="boxes-open" />
      <rect x="3" y="3" width="38" height="28" rx="1.8" className="boxes-inside" />
      <g transform="translate(22 19)">
        <rect x="-12.3" y="-6.8" width="24.6" height="15.6" rx="1.2" className="boxes-letter" />
        <path className="boxes-flap" d="M-12.3-5.8 0 2.4l12.3-8.2" />
      </g>
      <path className="boxes-door" d="M0 2-13.2-4a1.6 1.6 0 0 0-2 1.6v37.8a1.6 1.6 0 0 0 2 1.6L0 32z" />
    </g>
  );
}
