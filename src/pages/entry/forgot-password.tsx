import { useState } from 'preact/hooks'
import { RequestPasswordResetDocument } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Card } from '../design/card.tsx'
import { Field } from '../design/field.tsx'
import { Form, type ReadField } from '../design/form.tsx'
import type { Problem } from '../failure.ts'
import { Link } from '../router.tsx'
import { useTexts } from '../texts.ts'

/** The page /forgot-password. */
export function ForgotPasswordPage() {
  const { session } = useApp()
  const { titles, forgot, fields, page } = useTexts()
  const [sentTo, setSentTo] = useState<string | null>(null)
  const send = async (read: ReadField): Promise<Problem | null> => {
    const input = { email: read('email') }
    const { requestPasswordReset: result } = await session.send(RequestPasswordResetDocument, { input })
    if (result?.__typename !== 'RequestPasswordResetSuccess') return result ?? {}
    setSentTo(result.email)
    return null
  }
  const aside = <Link to="sign-in">{page.backToSignIn}</Link>
  if (sentTo !== null) return <Card heading={forgot.sentHeading} text={forgot.sent(sentTo)} aside={aside} />
  return (
    <Card heading={titles['forgot-password']} text={forgot.text} aside={aside}>
      <Form action={forgot.action} onSend={send}>
        <Field label={fields.email} name="email" type="email" autoComplete="email" />
      </Form>
    </Card>
  )
}
