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

/** The same where its subject will stand. On a phone there is no other heading. */
export function TitleSkeleton({ late }: { late: boolean }) {
  return (
    <div className="thread-title">
      <h1 className="said">Conversation</h1>
      {late ? (
        <>
          <i className="skeleton" style={{ width: 'min(260px, 70%)', height: 14 }} />
          <i className="skeleton" style={{ width: 'min(170px, 46%)', marginTop: 8 }} />
        </>
      ) : null}
    </div>
  );
}
