import { useState } from 'preact/hooks'
import { RegisterDocument } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Card } from '../design/card.tsx'
import { Field } from '../design/field.tsx'
import { Form, type ReadField } from '../design/form.tsx'
import { NewPasswordField } from '../design/new-password-field.tsx'
import { type RequiredFactor, RequiredFactorCard } from '../factors/required-factor.tsx'
import type { Problem } from '../failure.ts'
import { Link, navigate } from '../router.tsx'
import { useTexts } from '../texts.ts'
import { leaveSignIn } from './next-page.ts'

const problemFields = { EMAIL_TAKEN: 'email', WEAK_PASSWORD: 'password' }

/** The page /sign-up. */
export function SignUpPage() {
  const { session, settings } = useApp()
  const { titles, signUp, fields, page } = useTexts()
  const [required, setRequired] = useState<RequiredFactor | null>(null)
  const [pending, setPending] = useState<string | null>(null)
  const send = async (read: ReadField): Promise<Problem | null> => {
    const input = { email: read('email'), password: read('password') }
    const { register: result } = await session.send(RegisterDocument, { input })
    if (result?.__typename === 'RegisterSuccess') {
      session.signedIn()
      leaveSignIn(settings)
      return null
    }
    if (result?.__typename === 'MfaEnrolmentRequired') {
      setRequired(result)
      return null
    }
    if (result?.__typename !== 'RegistrationPending') return result ?? {}
    setPending(result.email)
    return null
  }
  if (required !== null)
    return (
      <RequiredFactorCard
        required={required}
        onSignedIn={() => leaveSignIn(settings)}
        onBack={() => navigate('sign-in')}
      />
    )
  if (pending !== null)
    return (
      <Card
        heading={signUp.checkHeading}
        text={signUp.pending(pending)}
        aside={<Link to="sign-in">{page.backToSignIn}</Link>}
      />
    )
  const aside = (
    <span>
      {signUp.haveAccount} <Link to="sign-in">{signUp.signIn}</Link>
    </span>
  )
  return (
    <Card heading={titles['sign-up']} aside={aside}>
      <Form action={signUp.action} problemFields={problemFields} onSend={send}>
        <Field label={fields.email} name="email" type="email" autoComplete="email" />
        <NewPasswordField label={fields.password} name="password" />
      </Form>
    </Card>
  )
}
