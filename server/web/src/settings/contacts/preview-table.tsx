import type { ImportPreview } from '@latchbox/client/admin';

const RESULT = { new: 'New', known: 'Known', failed: 'Problem' } as const;

/** The first rows as contacts. */
export function PreviewTable({ rows }: { rows: ImportPreview['rows'] }) {
  return (
    // A table that is wider than a phone is moved with the keys, too.
    <div className="contacts-table" role="region" aria-label="The first rows" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Row</th>
            <th scope="col">Name</th>
            <th scope="col">Addresses</th>
            <th scope="col">Owner</th>
            <th scope="col">Tags</th>
            <th scope="col">What it will be</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ row, name, addresses, owner, tags, result, problem }) => (
            <tr key={row}>
              <td className="num">{row}</td>
              <td>{name}</td>
              <td>{addresses.join(', ')}</td>
              <td>{owner ?? ''}</td>
              <td>{tags.join(', ')}</td>
              <td>
                <span className={`contacts-result contacts-${result}`}>{RESULT[result]}</span>
                {problem === null ? null : <small>{problem}</small>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
