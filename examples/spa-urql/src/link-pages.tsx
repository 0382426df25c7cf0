import {
  ConfirmEmailChangeDocument,
  DenyRegistrationDocument,
  ReportUnrecognizedSessionDocument,
  ResetPasswordDocument,
  UndoEmailChangeDocument,
  UndoFactorChangeDocument,
  UnlockAccountDocument,
  VerifyEmailDocument,
} from 'gatehouse-client/documents'
import { type ReactNode, useState } from 'react'
import { Form, problemIn, type ReadField } from './form.tsx'
import { send } from './gatehouse.ts'
import { NewPasswordField } from './new-password-field.tsx'
import { Page } from './page.tsx'
import { linkToken } from './router.tsx'

interface LinkPage {
  readonly title: string
  readonly text: string
  readonly label: string
  readonly done: string
  readonly danger?: boolean
  /** The mutation requires a session: without one, the page offers to sign in, and continues then. */
  readonly requiresSession?: boolean
  readonly fields?: ReactNode
  /** Runs the mutation and returns its result. */
  readonly run: (read: ReadField) => Promise<Parameters<typeof problemIn>[0]>
}

const input = { token: linkToken }

/** The pages that mails link to. No mutation runs before the button is pressed, since mail scanners open links too. */
export const linkPages: Readonly<Record<string, LinkPage>> = {
  '/verify-email': {
    title: 'Verify your e-mail address',
    text: 'Confirm that this e-mail address is yours.',
    label: 'Verify',
    done: 'Thank you. Your e-mail address is verified.',
    run: async () => (await send(VerifyEmailDocument, { input })).verifyEmail,
  },
  '/deny-registration': {
    title: 'Was this not you?',
    text: 'Someone registered an account with your e-mail address. Do you want to remove it?',
    label: 'Remove the account',
    done: 'The account has been removed.',
    danger: true,
    run: async () => (await send(DenyRegistrationDocument, { input })).denyRegistration,
  },
  '/reset-password': {
    title: 'Choose a new password',
    text: 'This signs you out on all devices.',
    label: 'Set password',
    done: 'Your new password is set. You can now sign in with it.',
    fields: <NewPasswordField label="New password" name="newPassword" />,
    run: async (read) => {
      const withPassword = { ...input, newPassword: read('newPassword') }
      return (await send(ResetPasswordDocument, { input: withPassword })).resetPassword
    },
  },
  '/confirm-email': {
    title: 'Confirm your new e-mail address',
    text: 'You will sign in with this address from now on.',
    label: 'Confirm',
    requiresSession: true,
    done: 'Your e-mail address has been changed.',
    run: async () => (await send(ConfirmEmailChangeDocument, { input })).confirmEmailChange,
  },
  '/undo-email-change': {
    title: 'Keep your previous e-mail address',
    text: 'This undoes the change, signs out all devices, revokes all API keys, and sends you a link to set a new password.',
    label: 'Undo the change',
    done: 'Your previous e-mail address is restored. Check your e-mail for the link to set a new password.',
    danger: true,
    run: async () => (await send(UndoEmailChangeDocument, { input })).undoEmailChange,
  },
  '/undo-factor-change': {
    title: 'Take back a change of your second factor',
    text: 'This takes the change back, voids your recovery codes, signs out all devices, revokes all API keys, and sends you a link to set a new password.',
    label: 'Take the change back',
    done: 'The change is taken back. Check your e-mail for the link to set a new password.',
    danger: true,
    run: async () => (await send(UndoFactorChangeDocument, { input })).undoFactorChange,
  },
  '/unlock-account': {
    title: 'Unlock your account',
    text: 'Your account is temporarily locked after too many wrong passwords.',
    label: 'Unlock',
    done: 'Your account is unlocked.',
    run: async () => (await send(UnlockAccountDocument, { input })).unlockAccount,
  },
  '/report-session': {
    title: 'Was this not you?',
    text: 'This signs out all devices, revokes all API keys, and sends you a link to set a new password.',
    label: 'Sign out all devices',
    done: 'All devices are signed out. Check your e-mail for the link to set a new password.',
    danger: true,
    run: async () => (await send(ReportUnrecognizedSessionDocument, { input })).reportUnrecognizedSession,
  },
}

/** Shows a page, and its `done` text after the mutation succeeded. */
export function MailLinkPage({ page }: { readonly page: LinkPage }) {
  const [isDone, setDone] = useState(false)
  const run = async (read: ReadField) => {
    const problem = problemIn(await page.run(read))
    setDone(problem === null)
    return problem
  }
  return (
    <Page title={page.title}>
      <p role="status">{isDone ? page.done : page.text}</p>
      {!isDone && (
        <Form label={page.label} danger={page.danger ?? false} onSend={run}>
          {page.fields}
        </Form>
      )}
      <p className="aside">
        {/* Reloads the app, since the mutation may have ended the session. */}
        <a href="/">Go to my account</a>
      </p>
    </Page>
  )
}
