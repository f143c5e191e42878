/** Still grey shapes of about the size of what comes. */
export function ThreadSkeleton() {
  return (
    <div className="messages-stream messages-skeleton" aria-label="Loading the conversation" role="status">
      <i className="skeleton" style={{ width: '70%', height: 96 }} />
      <i className="skeleton" style={{ width: '66%', height: 124, alignSelf: 'flex-end' }} />
      <i className="skeleton" style={{ width: '74%', height: 84 }} />
    </div>
  );
}
