import { LoginDocument, RegisterDocument, RequestPasswordResetDocument } from 'gatehouse-client/documents'
import { useSignInSteps } from 'gatehouse-client/react'
import { useState } from 'react'
import { Field, Form, problemIn, type ReadField } from './form.tsx'
import { ended, send } from './gatehouse.ts'
import { NewPasswordField } from './new-password-field.tsx'
import { Page } from './page.tsx'
import { UnverifiedNotice } from './profile-page.tsx'
import { Link, openLinkPage } from './router.tsx'
import { SignInStepPage } from './sign-in-steps.tsx'
import { useStore } from './store.ts'

/** Shown on every page that requires a session, if there is none. */
export function SignInPage({ purpose = null }: { readonly purpose?: string | null }) {
  const [unverified, setUnverified] = useState<string | null>(null)
  const steps = useSignInSteps()
  const login = async (read: ReadField) => {
    const input = { identifier: read('identifier'), password: read('password') }
    const answer = (await send(LoginDocument, { input })).login
    if (answer?.__typename === 'EmailVerificationRequired') {
      setUnverified(answer.email)
      return null
    }
    if (answer?.__typename === 'PasswordExpired') {
      openLinkPage('/reset-password', answer.resetToken)
      return null
    }
    // AuthProvider notices the new session.
    return steps.begin(answer) ? null : problemIn(answer)
  }
  if (steps.step !== null) return <SignInStepPage steps={steps} step={steps.step} />
  if (unverified !== null) return <UnverifiedPage email={unverified} />
  return (
    <Page title="Sign in">
      {purpose !== null && <p>{purpose}</p>}
      <SignedOutNotice />
      <Form label="Sign in" onSend={login}>
        <Field label="E-mail or username" name="identifier" autoComplete="username" />
        <Field label="Password" name="password" type="password" autoComplete="current-password" />
      </Form>
      <p className="aside">
        <Link to="/forgot-password">Forgot your password?</Link>
        <Link to="/register">Create an account</Link>
      </p>
    </Page>
  )
}

function UnverifiedPage({ email }: { readonly email: string }) {
  return (
    <Page title="Verify your e-mail address">
      <UnverifiedNotice email={email} />
      <p className="aside">
        <a href="/">Back to sign-in</a>
      </p>
    </Page>
  )
}

/** Tells a user who was signed in why they no longer are. */
function SignedOutNotice() {
  const reason = useStore(ended)
  if (reason === null) return null
  if (reason === 'ACCOUNT_DELETED') return <p role="status">Your account has been deleted.</p>
  if (reason === 'SIGNED_OUT' || reason === 'SIGNED_OUT_ELSEWHERE')
    return <p role="status">You have signed out.</p>
  return <p role="status">Your session has ended. Please sign in again.</p>
}

export function RegisterPage() {
  const [mailedTo, setMailedTo] = useState<string | null>(null)
  const steps = useSignInSteps()
  const register = async (read: ReadField) => {
    const input = { email: read('email'), password: read('password'), firstName: read('firstName') || null }
    const answer = (await send(RegisterDocument, { input })).register
    if (answer?.__typename !== 'RegistrationPending') return steps.begin(answer) ? null : problemIn(answer)
    setMailedTo(answer.email)
    return null
  }
  if (steps.step !== null) return <SignInStepPage steps={steps} step={steps.step} />
  if (mailedTo !== null)
    return <CheckMailPage email={mailedTo}>Follow the link in the e-mail, then sign in.</CheckMailPage>
  return (
    <Page title="Create an account">
      <Form label="Create account" onSend={register}>
        <Field label="First name" name="firstName" autoComplete="given-name" optional />
        <Field label="E-mail" name="email" type="email" autoComplete="email" />
        <NewPasswordField label="Password" name="password" />
      </Form>
      <p className="aside">
        <Link to="/">I already have an account</Link>
      </p>
    </Page>
  )
}

export function ForgotPasswordPage() {
  const [mailedTo, setMailedTo] = useState<string | null>(null)
  const request = async (read: ReadField) => {
    const input = { email: read('email') }
    const answer = (await send(RequestPasswordResetDocument, { input })).requestPasswordReset
    if (answer?.__typename === 'RequestPasswordResetSuccess') setMailedTo(answer.email)
    return problemIn(answer)
  }
  if (mailedTo !== null)
    return <CheckMailPage email={mailedTo}>If this address has an account, we sent it a link.</CheckMailPage>
  return (
    <Page title="Reset your password">
      <Form label="Send me a link" onSend={request}>
        <Field label="E-mail" name="email" type="email" autoComplete="email" />
      </Form>
      <p className="aside">
        <Link to="/">Back to sign-in</Link>
      </p>
    </Page>
  )
}

function CheckMailPage({ email, children }: { readonly email: string; readonly children: string }) {
  return (
    <Page title="Check your e-mail">
      <p>
        {email}: {children}
      </p>
      <p className="aside">
        <Link to="/">Back to sign-in</Link>
      </p>
    </Page>
  )
}
