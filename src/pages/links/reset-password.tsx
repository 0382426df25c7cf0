import { useState } from 'preact/hooks'
import { ResetPasswordDocument } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Card } from '../design/card.tsx'
import { Form, type ReadField } from '../design/form.tsx'
import { NewPasswordField } from '../design/new-password-field.tsx'
import type { Problem } from '../failure.ts'
import { isPasswordExpired, Link, readLinkToken } from '../router.tsx'
import { useTexts } from '../texts.ts'
import { MissingToken } from './link-page.tsx'

const problemFields = { WEAK_PASSWORD: 'newPassword', PASSWORD_REUSED: 'newPassword' }

/** The page /reset-password: for the link of a mail, and after a sign-in with an expired password. */
export function ResetPasswordPage() {
  const { session } = useApp()
  const { titles, links, fields, page, signIn } = useTexts()
  const [token] = useState(readLinkToken)
  const [isDone, setDone] = useState(false)
  const words = links['reset-password']
  const send = async (read: ReadField): Promise<Problem | null> => {
    const input = { token: token ?? '', newPassword: read('newPassword') }
    const { resetPassword: result } = await session.send(ResetPasswordDocument, { input })
    if (result?.__typename !== 'ResetPasswordSuccess') return result ?? {}
    setDone(true)
    return null
  }
  if (isDone)
    return (
      <Card
        heading={links.doneHeading}
        text={words.done}
        aside={<Link to="sign-in">{page.backToSignIn}</Link>}
      />
    )
  if (token === null) return <MissingToken />
  return (
    <Card
      heading={titles['reset-password']}
      text={isPasswordExpired() ? signIn.expired : words.text}
      aside={<Link to="forgot-password">{links.requestNew}</Link>}
    >
      <Form action={words.action} problemFields={problemFields} onSend={send}>
        <NewPasswordField label={fields.newPassword} name="newPassword" />
      </Form>
    </Card>
  )
}
