import { useQuery } from '@apollo/client/react'
import {
  MeDocument,
  ReportUnrecognizedSessionDocument,
  ResendVerificationEmailDocument,
  RevokeOtherSessionsDocument,
  RevokeSessionDocument,
  SecurityEventsDocument,
  type SessionFieldsFragment,
  SessionsDocument,
  UpdateProfileDocument,
} from 'gatehouse/documents'
import { useState } from 'react'
import { describeFailure, describeProblem, Field, Form } from './form.tsx'
import { send } from './gatehouse.ts'

export function ProfilePage() {
  const { data, error } = useQuery(MeDocument)
  const [isSaved, setSaved] = useState(false)
  const save = async (read: (name: string) => string) => {
    const input = {
      firstName: read('firstName') || null,
      lastName: read('lastName') || null,
      username: read('username') || null,
    }
    setSaved(false)
    const answer = (await send(UpdateProfileDocument, { input })).updateProfile
    setSaved(answer?.__typename === 'UpdateProfileSuccess')
    return answer?.__typename === 'UpdateProfileSuccess' ? null : describeProblem(answer ?? null)
  }
  const me = data?.me
  if (!me) return <LoadingOrFailed error={error} />
  return (
    <section className="card">
      <h1>Hello, {me.firstName ?? me.displayName}</h1>
      <p>
        {me.email} {me.emailVerified ? <span className="badge">verified</span> : null}
      </p>
      {!me.emailVerified && me.email !== null && <UnverifiedNotice email={me.email} />}
      <Form label="Save" onSend={save}>
        <Field label="First name" name="firstName" autoComplete="given-name" value={me.firstName} optional />
        <Field label="Last name" name="lastName" autoComplete="family-name" value={me.lastName} optional />
        <Field label="Username" name="username" autoComplete="nickname" value={me.username} optional />
      </Form>
      {isSaved && <p role="status">Saved.</p>}
    </section>
  )
}

/** Tells users that their address is not verified, and lets them request another mail. */
export function UnverifiedNotice({ email }: { readonly email: string }) {
  const [isSent, setSent] = useState(false)
  const resend = async () => {
    const answer = (await send(ResendVerificationEmailDocument, { input: { email } })).resendVerificationEmail
    if (answer?.__typename !== 'ResendVerificationEmailSuccess') return describeProblem(answer ?? null)
    setSent(true)
    return null
  }
  return (
    <div className="notice">
      <p>Your e-mail address is not verified yet. Follow the link in the e-mail we sent you.</p>
      {isSent ? (
        <p role="status">We sent you another e-mail.</p>
      ) : (
        <Form label="Send again" onSend={resend} />
      )}
    </div>
  )
}

export function DevicesPage() {
  const { data, error, refetch } = useQuery(SessionsDocument, {
    variables: { first: 50 },
    fetchPolicy: 'cache-and-network',
  })
  const signOutOthers = async () => {
    const answer = (await send(RevokeOtherSessionsDocument, {})).revokeOtherSessions
    if (answer?.__typename !== 'RevokeOtherSessionsSuccess') return describeProblem(answer ?? null)
    await refetch()
    return null
  }
  const sessions = data?.sessions?.nodes
  if (sessions === undefined) return <LoadingOrFailed error={error} />
  return (
    <section className="card">
      <h1>My devices</h1>
      <ul className="rows">
        {sessions.map((session) => (
          <Device key={session.id} session={session} onEnded={refetch} />
        ))}
      </ul>
      {sessions.length > 1 && <Form label="Sign out everywhere else" danger onSend={signOutOthers} />}
    </section>
  )
}

interface DeviceProps {
  readonly session: SessionFieldsFragment
  readonly onEnded: () => Promise<unknown>
}

function Device({ session, onEnded }: DeviceProps) {
  const { id, device, current, ipAddress, lastUsedAt, riskSignals } = session
  const signOut = async () => {
    const answer = (await send(RevokeSessionDocument, { input: { sessionId: id } })).revokeSession
    if (answer?.__typename !== 'RevokeSessionSuccess') return describeProblem(answer ?? null)
    await onEnded()
    return null
  }
  const report = async () => {
    const answer = await send(ReportUnrecognizedSessionDocument, { input: { sessionId: id } })
    const result = answer.reportUnrecognizedSession
    if (result?.__typename !== 'ReportUnrecognizedSessionSuccess') return describeProblem(result ?? null)
    await onEnded() // the report ended this session too
    return null
  }
  return (
    <li>
      <div>
        <strong>{device.name}</strong>
        {current && <span className="badge">this device</span>}
        {riskSignals.length > 0 && <span className="badge warning">unusual</span>}
        <small>
          {ipAddress ?? 'unknown address'}, last used <Time at={lastUsedAt} />
        </small>
      </div>
      {!current && (
        <div className="buttons">
          <Form label="Sign out" onSend={signOut} />
          <Form label="This was not me" danger onSend={report} />
        </div>
      )}
    </li>
  )
}

export function HistoryPage() {
  const { data, error } = useQuery(SecurityEventsDocument, {
    variables: { first: 30 },
    fetchPolicy: 'cache-and-network',
  })
  const events = data?.securityEvents?.nodes
  if (events === undefined) return <LoadingOrFailed error={error} />
  return (
    <section className="card">
      <h1>Security history</h1>
      <ul className="rows">
        {events.map(({ id, type, createdAt, ipAddress, device }) => (
          <li key={id}>
            <div>
              <strong>{toSentence(type)}</strong>
              <small>
                {device.name}, {ipAddress ?? 'unknown address'}, <Time at={createdAt} />
              </small>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Converts REFRESH_TOKEN_REUSED to "Refresh token reused". */
function toSentence(type: string): string {
  return type.charAt(0) + type.slice(1).toLowerCase().replaceAll('_', ' ')
}

function Time({ at }: { readonly at: string }) {
  return <time dateTime={at}>{new Date(at).toLocaleString()}</time>
}

function LoadingOrFailed({ error }: { readonly error: unknown }) {
  return error ? <p role="alert">{describeFailure(error)}</p> : <p className="waiting">Loading…</p>
}
