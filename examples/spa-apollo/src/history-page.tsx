import { useQuery } from '@apollo/client/react'
import { SecurityEventsDocument } from 'gatehouse-client/documents'
import { useState } from 'react'
import { describeFailure } from './form.tsx'
import { Page } from './page.tsx'

/** The security history, page by page. Null stands for the first page. */
export function HistoryPage() {
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null])
  return (
    <Page title="Security history">
      <ul className="rows">
        {cursors.map((after, index) => (
          <Events
            key={after}
            after={after}
            onMore={index === cursors.length - 1 ? (cursor) => setCursors([...cursors, cursor]) : null}
          />
        ))}
      </ul>
    </Page>
  )
}

interface EventsProps {
  readonly after: string | null
  /** Shows the page after a cursor. Null: it is shown already. */
  readonly onMore: ((cursor: string) => void) | null
}

function Events({ after, onMore }: EventsProps) {
  const { data, error } = useQuery(SecurityEventsDocument, {
    variables: { first: 20, after },
    fetchPolicy: 'cache-and-network',
  })
  const events = data?.securityEvents
  if (!events)
    return <li>{error ? <span role="alert">{describeFailure(error)}</span> : <span>Loading…</span>}</li>
  const { hasNextPage, endCursor } = events.pageInfo
  return (
    <>
      {events.nodes.map(({ id, type, createdAt, ipAddress, device }) => (
        <li key={id}>
          <div>
            <strong>{toSentence(type)}</strong>
            <small>
              {device.name}, {ipAddress ?? 'unknown address'},{' '}
              <time dateTime={createdAt}>{new Date(createdAt).toLocaleString()}</time>
            </small>
          </div>
        </li>
      ))}
      {onMore !== null && hasNextPage && endCursor !== null && (
        <li>
          <button type="button" onClick={() => onMore(endCursor)}>
            Show more
          </button>
        </li>
      )}
    </>
  )
}

/** Converts REFRESH_TOKEN_REUSED to "Refresh token reused". */
function toSentence(type: string): string {
  return type.charAt(0) + type.slice(1).toLowerCase().replaceAll('_', ' ')
}
