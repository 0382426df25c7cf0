import { LoginDocument, RegisterDocument, RequestPasswordResetDocument } from 'gatehouse/documents'
import { useState } from 'react'
import { UnverifiedNotice } from './account-pages.tsx'
import { describeProblem, Field, Form } from './form.tsx'
import { send, session } from './gatehouse.ts'
import { linkPages } from './link-pages.tsx'
import { Link, navigate, openLinkPage } from './router.tsx'
import { useStore } from './store.ts'

/** Shown on every page that requires a session, if there is none. */
export function SignInPage({ purpose = null }: { readonly purpose?: string | null }) {
  const [unverified, setUnverified] = useState<string | null>(null)
  const login = async (read: (name: string) => string) => {
    const input = { identifier: read('identifier'), password: read('password') }
    const answer = (await send(LoginDocument, { input })).login
    if (answer?.__typename === 'LoginSuccess') return showAccount()
    if (answer?.__typename === 'EmailVerificationRequired') {
      setUnverified(answer.email)
      return null
    }
    if (answer?.__typename === 'PasswordExpired') {
      openLinkPage('/reset-password', answer.resetToken)
      return null
    }
    return describeProblem(answer ?? null)
  }
  if (unverified !== null) return <UnverifiedPage email={unverified} />
  return (
    <main className="card">
      <h1>Sign in</h1>
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
    </main>
  )
}

function UnverifiedPage({ email }: { readonly email: string }) {
  return (
    <main className="card">
      <h1>Verify your e-mail address</h1>
      <UnverifiedNotice email={email} />
      <p className="aside">
        <a href="/">Back to sign-in</a>
      </p>
    </main>
  )
}

/** Tells a user who was signed in why they no longer are. */
function SignedOutNotice() {
  const now = useStore(session)
  if (now.status !== 'SIGNED_OUT' || now.reason === null) return null
  if (now.reason === 'SIGNED_OUT' || now.reason === 'SIGNED_OUT_ELSEWHERE')
    return <p role="status">You have signed out.</p>
  return <p role="status">Your session has ended. Please sign in again.</p>
}

export function RegisterPage() {
  const [mailedTo, setMailedTo] = useState<string | null>(null)
  const register = async (read: (name: string) => string) => {
    const input = { email: read('email'), password: read('password'), firstName: read('firstName') || null }
    const answer = (await send(RegisterDocument, { input })).register
    if (answer?.__typename === 'RegisterSuccess') return showAccount()
    if (answer?.__typename !== 'RegistrationPending') return describeProblem(answer ?? null)
    setMailedTo(answer.email)
    return null
  }
  if (mailedTo !== null)
    return <CheckMailPage email={mailedTo}>Follow the link in the e-mail, then sign in.</CheckMailPage>
  return (
    <main className="card">
      <h1>Create an account</h1>
      <Form label="Create account" onSend={register}>
        <Field label="First name" name="firstName" autoComplete="given-name" optional />
        <Field label="E-mail" name="email" type="email" autoComplete="email" />
        <Field label="Password" name="password" type="password" autoComplete="new-password" />
      </Form>
      <p className="aside">
        <Link to="/">I already have an account</Link>
      </p>
    </main>
  )
}

export function ForgotPasswordPage() {
  const [mailedTo, setMailedTo] = useState<string | null>(null)
  const request = async (read: (name: string) => string) => {
    const input = { email: read('email') }
    const answer = (await send(RequestPasswordResetDocument, { input })).requestPasswordReset
    if (answer?.__typename !== 'RequestPasswordResetSuccess') return describeProblem(answer ?? null)
    setMailedTo(answer.email)
    return null
  }
  if (mailedTo !== null)
    return <CheckMailPage email={mailedTo}>If this address has an account, we sent it a link.</CheckMailPage>
  return (
    <main className="card">
      <h1>Reset your password</h1>
      <Form label="Send me a link" onSend={request}>
        <Field label="E-mail" name="email" type="email" autoComplete="email" />
      </Form>
      <p className="aside">
        <Link to="/">Back to sign-in</Link>
      </p>
    </main>
  )
}

function CheckMailPage({ email, children }: { readonly email: string; readonly children: string }) {
  return (
    <main className="card">
      <h1>Check your e-mail</h1>
      <p>
        {email}: {children}
      </p>
      <p className="aside">
        <Link to="/">Back to sign-in</Link>
      </p>
    </main>
  )
}

/** Shows the account, or the page of a mail that required the sign-in. */
function showAccount(): null {
  session.set({ status: 'SIGNED_IN' })
  if (linkPages[location.pathname] === undefined) navigate('/')
  return null
}
