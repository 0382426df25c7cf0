import {
  ConfirmEmailChangeDocument,
  DenyRegistrationDocument,
  ReportUnrecognizedSessionDocument,
  ResetPasswordDocument,
  UndoEmailChangeDocument,
  UnlockAccountDocument,
  VerifyEmailDocument,
} from 'gatehouse/documents'
import { type ReactNode, useState } from 'react'
import { Field, Form, tell } from './form.tsx'
import { send } from './gatehouse.ts'
import { linkToken } from './router.tsx'

interface LinkPage {
  readonly title: string
  readonly text: string
  readonly label: string
  readonly done: string
  readonly danger?: boolean
  readonly fields?: ReactNode
  /** Runs the mutation and answers its result. */
  readonly run: (read: (name: string) => string) => Promise<Parameters<typeof tell>[0] | undefined>
}

const input = { token: linkToken }

/** The pages that mails lead to. Nothing runs before the button: scanners of mails open links, too. */
export const linkPages: Readonly<Record<string, LinkPage>> = {
  '/verify-email': {
    title: 'Verify your address',
    text: 'One click, and we know that the address is yours.',
    label: 'Verify',
    done: 'Thank you: your address is verified.',
    run: async () => (await send(VerifyEmailDocument, { input })).verifyEmail,
  },
  '/deny-registration': {
    title: 'Was it not you?',
    text: 'Somebody has registered an account with your address. Shall it be removed?',
    label: 'Remove the account',
    done: 'The account is removed.',
    danger: true,
    run: async () => (await send(DenyRegistrationDocument, { input })).denyRegistration,
  },
  '/reset-password': {
    title: 'Choose a new password',
    text: 'You will be signed out everywhere.',
    label: 'Set password',
    done: 'Your new password is set. Sign in with it.',
    fields: <Field label="New password" name="password" type="password" autoComplete="new-password" />,
    run: async (read) => {
      const withPassword = { ...input, newPassword: read('password') }
      return (await send(ResetPasswordDocument, { input: withPassword })).resetPassword
    },
  },
  '/confirm-email': {
    title: 'Confirm your new address',
    text: 'From then on you sign in with it.',
    label: 'Confirm',
    done: 'Your account has its new address.',
    run: async () => (await send(ConfirmEmailChangeDocument, { input })).confirmEmailChange,
  },
  '/undo-email-change': {
    title: 'Keep your old address',
    text: 'This takes the change back, signs everybody out and mails you a link for a new password.',
    label: 'Take it back',
    done: 'Your account has its old address again. Look into your mailbox.',
    danger: true,
    run: async () => (await send(UndoEmailChangeDocument, { input })).undoEmailChange,
  },
  '/unlock-account': {
    title: 'Unlock your account',
    text: 'After too many wrong passwords it was locked for a while.',
    label: 'Unlock',
    done: 'Your account is open again.',
    run: async () => (await send(UnlockAccountDocument, { input })).unlockAccount,
  },
  '/report-session': {
    title: 'Was it not you?',
    text: 'This signs everybody out, on all devices, and mails you a link for a new password.',
    label: 'Sign everybody out',
    done: 'Everybody is signed out. Look into your mailbox for the link to a new password.',
    danger: true,
    run: async () => (await send(ReportUnrecognizedSessionDocument, { input })).reportUnrecognizedSession,
  },
}

/** One of them. */
export function MailLinkPage({ page }: { readonly page: LinkPage }) {
  const [isDone, setDone] = useState(false)
  const run = async (read: (name: string) => string) => {
    const answer = (await page.run(read)) ?? null
    if (answer?.__typename.endsWith('Success') !== true) return tell(answer)
    setDone(true)
    return null
  }
  return (
    <main className="card">
      <h1>{page.title}</h1>
      {isDone ? <p role="status">{page.done}</p> : <p>{page.text}</p>}
      {!isDone && (
        <Form label={page.label} danger={page.danger ?? false} onSend={run}>
          {page.fields}
        </Form>
      )}
      <p className="aside">
        {/* Loads the page anew: the mutation may have ended the session. */}
        <a href="/">To my account</a>
      </p>
    </main>
  )
}
