import type { MasterRow } from '@latchbox/client/admin';
import { TriangleAlert } from 'lucide-react';
import type { CSSProperties } from 'react';
import { useNow } from '../../app/use-now.ts';
import { sinceWords } from '../../lib/time-words.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Keyhole } from '../../ui/keyhole.tsx';
import { Plate } from '../../ui/plate.tsx';
import { type Picture, pictureOf, type Placed } from './layout.ts';

/** Px between the two columns. */
const BETWEEN = 120;

interface MastersPictureProps {
  rows: readonly MasterRow[];
  chosen: ReadonlySet<string>;
  onChoose: (id: string, chosen: boolean) => void;
}

/** Which mailbox answers to which: those that send at the left, where answers arrive at the right. */
export function MastersPicture({ rows, chosen, onChoose }: MastersPictureProps) {
  const picture = pictureOf(rows);
  const addresses = new Map(rows.map(({ id, address }) => [id, address]));
  return (
    <div className="masters-map">
      <section aria-labelledby="masters-from">
        <h2 id="masters-from">Sends as</h2>
        <ul>
          {picture.senders.map((row) => (
            <Sender
              key={row.id}
              row={row}
              to={row.masterId === null ? undefined : addresses.get(row.masterId)}
              broken={picture.wires.some(({ from, broken }) => from === row.id && broken)}
              chosen={chosen.has(row.id)}
              onChoose={(on) => onChoose(row.id, on)}
            />
          ))}
        </ul>
      </section>
      <Wires picture={picture} chosen={chosen} />
      <section aria-labelledby="masters-to">
        <h2 id="masters-to">Answers arrive at</h2>
        {picture.masters.length === 0 ? (
          <p className="hint">Answers come back to the mailbox that wrote, since none has a master.</p>
        ) : (
          <ul style={{ '--masters-height': `${picture.height}px` } as CSSProperties}>
            {picture.masters.map((placed) => (
              <Master key={placed.master.id} {...placed} rows={rows} />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

interface SenderProps {
  row: MasterRow;
  /** Address of its master. */
  to: string | undefined;
  broken: boolean;
  chosen: boolean;
  onChoose: (chosen: boolean) => void;
}

function Sender({ row, to, broken, chosen, onChoose }: SenderProps) {
  const { address, owner, set } = row;
  const byAdmin = set !== null && !set.byOwner ? `, set by ${set.by.name}` : '';
  return (
    <li>
      <label className="masters-box" data-chosen={chosen} data-broken={broken} data-free={to === undefined}>
        <input type="checkbox" checked={chosen} onChange={({ target }) => onChoose(target.checked)} />
        <Avatar who={owner} />
        <span className="grow">
          <b title={address}>{address}</b>
          <small>
            {owner.name}
            {to === undefined ? ', no master' : byAdmin}
          </small>
          {to === undefined ? null : <small className="masters-says">Answers arrive at {to}</small>}
        </span>
      </label>
    </li>
  );
}

function Master({ master, top, rows }: Placed & { rows: readonly MasterRow[] }) {
  const { address, masterOf, status, since, owner } = master;
  const now = useNow(60_000);
  const several = new Set(rows.map((row) => row.owner.id)).size > 1;
  const off = status !== 'connected';
  return (
    <li
      className="masters-box masters-master"
      data-broken={off}
      style={{ '--masters-top': `${top}px` } as CSSProperties}
    >
      <Plate look={off ? 'stop' : 'mine'}>
        {off ? <Icon of={TriangleAlert} size={17} /> : <Keyhole size={18} />}
      </Plate>
      <span className="grow">
        <b title={address}>{address}</b>
        <small>
          {off
            ? `${STATES[status]} ${sinceWords(since, now)}: answers do not come in`
            : `Master of ${masterOf}${several ? `, ${owner.name}` : ''}`}
        </small>
      </span>
    </li>
  );
}

const STATES = {
  connecting: 'Not connected',
  failed: 'Not connected',
  disconnected: 'Disconnected',
} as const;

function Wires({ picture, chosen }: { picture: Picture; chosen: ReadonlySet<string> }) {
  const { wires, height } = picture;
  return (
    <svg className="masters-wires" width={BETWEEN} height={height} aria-hidden="true">
      {wires.map(({ from, y: [start, end], broken }) => (
        <g key={from} data-chosen={chosen.has(from)} data-broken={broken}>
          <path d={`M4 ${start}C${BETWEEN / 2} ${start} ${BETWEEN / 2} ${end} ${BETWEEN - 4} ${end}`} />
          <circle cx={4} cy={start} r={3.5} />
          <circle cx={BETWEEN - 4} cy={end} r={3.5} />
        </g>
      ))}
    </svg>
  );
}
