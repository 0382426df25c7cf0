import { useEffect, useState } from 'preact/hooks'
import { LoginDocument, MeDocument } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Button } from '../design/button.tsx'
import { Card } from '../design/card.tsx'
import { Check, Field } from '../design/field.tsx'
import { Form, type ReadField } from '../design/form.tsx'
import { Notice } from '../design/notice.tsx'
import { PasswordField } from '../design/password-field.tsx'
import { Loading, Unreachable } from '../design/waiting.tsx'
import { PasskeySignIn } from '../factors/passkey-sign-in.tsx'
import { type RequiredFactor, RequiredFactorCard } from '../factors/required-factor.tsx'
import { type Challenge, SecondStepCard } from '../factors/second-step.tsx'
import type { Problem } from '../failure.ts'
import { Link, openExpiredPassword } from '../router.tsx'
import type { SessionState } from '../session.ts'
import { useStore } from '../store.ts'
import { useTexts } from '../texts.ts'
import { leaveSignIn } from './next-page.ts'
import { UnverifiedCard } from './unverified.tsx'

/** The page /sign-in. A visitor with a session can continue, or use another account. */
export function SignInPage() {
  const { session, settings } = useApp()
  const [wantsOther, setOther] = useState(false)
  const state = useStore(session.state)
  useEffect(() => void session.restore(), [])
  const proceed = () => leaveSignIn(settings)
  if (state.status === 'UNREACHABLE') return <Unreachable onRetry={() => void session.restore()} />
  if (state.status === 'SIGNED_IN' && !wantsOther)
    return <AlreadySignedIn onContinue={proceed} onOther={() => setOther(true)} />
  if (state.status === 'SIGNED_IN' || state.status === 'SIGNED_OUT')
    return <SignInCard onSignedIn={proceed} />
  return <Loading />
}

interface SignInCardProps {
  /** Why a sign-in is necessary here. */
  readonly purpose?: string
  readonly onSignedIn: () => void
}

/** The form with identifier and password. */
export function SignInCard({ purpose, onSignedIn }: SignInCardProps) {
  const { session, settings } = useApp()
  const { account, signIn, fields } = useTexts()
  const state = useStore(session.state)
  const [unverified, setUnverified] = useState<string | null>(null)
  const [required, setRequired] = useState<RequiredFactor | null>(null)
  const [challenge, setChallenge] = useState<Challenge | null>(null)
  const [sending, setSending] = useState<'PASSWORD' | 'PASSKEY' | null>(null)
  const send = async (read: ReadField): Promise<Problem | null> => {
    const identifier = read('identifier')
    const input = { identifier, password: read('password'), rememberMe: read('rememberMe') !== '' }
    const { login: result } = await session.send(LoginDocument, { input })
    switch (result?.__typename) {
      case 'LoginSuccess':
        onSignedIn()
        session.signedIn()
        return null
      case 'EmailVerificationRequired':
        setUnverified(result.email)
        return null
      case 'PasswordExpired':
        openExpiredPassword(result.resetToken)
        return null
      case 'MfaEnrolmentRequired':
        setRequired(result)
        return null
      case 'MfaChallenge':
        setChallenge(result)
        return null
      default:
        return result ?? {}
    }
  }
  const sendAlone = async (read: ReadField): Promise<Problem | null> => {
    setSending('PASSWORD')
    return send(read).finally(() => setSending(null))
  }
  if (required !== null) {
    const back = () => setRequired(null)
    return <RequiredFactorCard required={required} onSignedIn={onSignedIn} onBack={back} />
  }
  if (challenge !== null)
    return <SecondStepCard challenge={challenge} onSignedIn={onSignedIn} onBack={() => setChallenge(null)} />
  if (unverified !== null) return <UnverifiedCard email={unverified} onBack={() => setUnverified(null)} />
  return (
    <Card heading={signIn.heading(settings.name)} text={purpose} aside={<SignUpLink />}>
      <Notice>{noticeOf(state, { ...signIn, deleted: account.remove.done })}</Notice>
      <Form action={signIn.action} isPaused={sending === 'PASSKEY'} onSend={sendAlone}>
        <Field label={fields.identifier} name="identifier" autoComplete="username webauthn" />
        <PasswordField
          label={fields.password}
          name="password"
          autoComplete="current-password"
          aside={<Link to="forgot-password">{signIn.forgot}</Link>}
        />
        <Check label={fields.rememberMe} name="rememberMe" />
      </Form>
      <PasskeySignIn
        isPaused={sending === 'PASSWORD'}
        onSending={(sends) => setSending(sends ? 'PASSKEY' : null)}
        onSignedIn={onSignedIn}
      />
    </Card>
  )
}

function SignUpLink() {
  const { signIn } = useTexts()
  return (
    <span>
      {signIn.noAccount} <Link to="sign-up">{signIn.signUp}</Link>
    </span>
  )
}

/** Says why a user who was signed in no longer is; null for others. */
function noticeOf(state: SessionState, texts: Readonly<Record<'ended' | 'signedOut' | 'deleted', string>>) {
  if (state.status !== 'SIGNED_OUT' || state.reason === null) return null
  if (state.reason === 'ACCOUNT_DELETED') return texts.deleted
  return state.reason === 'SIGNED_OUT' || state.reason === 'SIGNED_OUT_ELSEWHERE'
    ? texts.signedOut
    : texts.ended
}

interface AlreadySignedInProps {
  readonly onContinue: () => void
  readonly onOther: () => void
}

/** It never leads on by itself: a page that does not see the session would send the visitor back here at once. */
function AlreadySignedIn({ onContinue, onOther }: AlreadySignedInProps) {
  const { session } = useApp()
  const { titles, signIn, page } = useTexts()
  const [name, setName] = useState<string | null>(null)
  useEffect(() => {
    session.send(MeDocument, {}).then(
      ({ me }) => setName(me?.email ?? me?.displayName ?? ''),
      () => setName(''),
    )
  }, [])
  if (name === null) return <Loading />
  return (
    <Card heading={titles['sign-in']} text={name === '' ? undefined : signIn.already(name)}>
      <div class="form-end">
        <Button onPress={onContinue}>{page.continue}</Button>
        <Button kind="quiet" onPress={onOther}>
          {signIn.otherAccount}
        </Button>
      </div>
    </Card>
  )
}
