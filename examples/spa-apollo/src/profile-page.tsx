import { ResendVerificationEmailDocument, UpdateProfileDocument } from 'gatehouse-client/documents'
import { useAuth } from 'gatehouse-client/react'
import { useState } from 'react'
import { Field, Form, problemIn, type ReadField } from './form.tsx'
import { send } from './gatehouse.ts'
import { Page } from './page.tsx'

export function ProfilePage() {
  const { user, reload } = useAuth()
  const [isSaved, setSaved] = useState(false)
  if (user === null) return null
  const save = async (read: ReadField) => {
    const input = {
      firstName: read('firstName') || null,
      lastName: read('lastName') || null,
      username: read('username') || null,
    }
    setSaved(false)
    const problem = problemIn((await send(UpdateProfileDocument, { input })).updateProfile)
    if (problem !== null) return problem
    await reload()
    setSaved(true)
    return null
  }
  return (
    <Page title="Profile" heading={`Hello, ${user.firstName ?? user.displayName}`}>
      <p>
        {user.email} {user.emailVerified ? <span className="badge">verified</span> : null}
      </p>
      {!user.emailVerified && user.email !== null && <UnverifiedNotice email={user.email} />}
      <Form label="Save" onSend={save}>
        <Field
          label="First name"
          name="firstName"
          autoComplete="given-name"
          value={user.firstName}
          optional
        />
        <Field label="Last name" name="lastName" autoComplete="family-name" value={user.lastName} optional />
        <Field label="Username" name="username" autoComplete="nickname" value={user.username} optional />
      </Form>
      <p role="status">{isSaved && 'Saved.'}</p>
    </Page>
  )
}

/** Tells users that their address is not verified, and lets them request another mail. */
export function UnverifiedNotice({ email }: { readonly email: string }) {
  const [isSent, setSent] = useState(false)
  const resend = async () => {
    const answer = await send(ResendVerificationEmailDocument, { input: { email } })
    const problem = problemIn(answer.resendVerificationEmail)
    setSent(problem === null)
    return problem
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
