const WIDTHS = [
  ['38%', '82%', '60%'],
  ['52%', '70%', '74%'],
  ['44%', '90%', '48%'],
  ['60%', '64%', '80%'],
  ['35%', '78%', '66%'],
  ['48%', '86%', '52%'],
  ['55%', '60%', '70%'],
  ['40%', '74%', '58%'],
] as const;

/** Still grey shapes of the size of rows. */
export function ListSkeleton() {
  return (
    <div className="list-rows" role="status" aria-label="Loading the list">
      {WIDTHS.map(([first, second, third]) => (
        <div key={first} className="list-skeleton">
          <span className="row-side">
            <i className="skeleton" />
          </span>
          <div>
            <i className="skeleton" style={{ width: first }} />
            <i className="skeleton" style={{ width: second }} />
            <i className="skeleton" style={{ width: third }} />
          </div>
        </div>
      ))}
    </div>
  );
}
