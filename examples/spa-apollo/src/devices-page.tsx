import { ReportUnrecognizedSessionDocument } from 'gatehouse-client/documents'
import { type ListedSession, useSessions } from 'gatehouse-client/react'
import { ConfirmForm } from './confirm-form.tsx'
import { describeFailure, Form, problemIn } from './form.tsx'
import { send } from './gatehouse.ts'
import { Page } from './page.tsx'

export function DevicesPage() {
  const list = useSessions()
  const { sessions, error, loadMore, revokeOthers } = list
  return (
    <Page title="My devices">
      {error !== null && <p role="alert">{describeFailure(error)}</p>}
      {sessions === null && error === null && <p className="waiting">Loading…</p>}
      <ul className="rows">
        {sessions?.map((session) => (
          <Device key={session.id} session={session} list={list} />
        ))}
      </ul>
      {loadMore !== null && <Form label="Show more" onSend={() => loadMore().then(() => null)} />}
      {sessions !== null && sessions.length > 1 && (
        <ConfirmForm
          label="Sign out everywhere else"
          question="This signs out all your devices but this one."
          onSend={revokeOthers}
        />
      )}
    </Page>
  )
}

interface DeviceProps {
  readonly session: ListedSession
  readonly list: ReturnType<typeof useSessions>
}

function Device({ session, list }: DeviceProps) {
  const { id, device, current, ipAddress, lastUsedAt, riskSignals } = session
  const report = async () => {
    const answer = await send(ReportUnrecognizedSessionDocument, { input: { sessionId: id } })
    await list.reload() // the report ended this session too
    return problemIn(answer.reportUnrecognizedSession)
  }
  return (
    <li>
      <div>
        <strong>{device.name}</strong>
        {current && <span className="badge">this device</span>}
        {riskSignals.length > 0 && <span className="badge warning">unusual</span>}
        <small>
          {ipAddress ?? 'unknown address'}, last used{' '}
          <time dateTime={lastUsedAt}>{new Date(lastUsedAt).toLocaleString()}</time>
        </small>
      </div>
      {!current && (
        <div className="buttons">
          <Form label="Sign out" onSend={() => list.revoke(id)} />
          <ConfirmForm
            label="This was not me"
            question="This signs out all devices, revokes all API keys, and sends you a link to set a new password."
            onSend={report}
          />
        </div>
      )}
    </li>
  )
}
