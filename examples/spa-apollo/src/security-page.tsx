import {
  ChangePasswordDocument,
  DeleteAccountDocument,
  RequestEmailChangeDocument,
} from 'gatehouse-client/documents'
import { useUser } from 'gatehouse-client/react'
import { useState } from 'react'
import { ConfirmForm } from './confirm-form.tsx'
import { Field, Form, problemIn, type ReadField } from './form.tsx'
import { send } from './gatehouse.ts'
import { NewPasswordField } from './new-password-field.tsx'
import { Page } from './page.tsx'

export function SecurityPage() {
  return (
    <Page title="Password and e-mail">
      <ChangePassword />
      <ChangeEmail />
      <DeleteAccount />
    </Page>
  )
}

function ChangePassword() {
  const user = useUser()
  const [changes, setChanges] = useState(0)
  const change = async (read: ReadField) => {
    const input = { currentPassword: read('currentPassword'), newPassword: read('newPassword') }
    const problem = problemIn((await send(ChangePasswordDocument, { input })).changePassword)
    if (problem === null) setChanges(changes + 1)
    return problem
  }
  return (
    <>
      <h2>Password</h2>
      <p role="status">{changes > 0 && 'Your password is changed, and other devices are signed out.'}</p>
      {/* The key empties the fields after each change. */}
      <Form key={changes} label="Change password" onSend={change}>
        {/* Tells password managers whose password it is. */}
        <input type="text" autoComplete="username" defaultValue={user?.email ?? ''} hidden />
        <Field
          label="Current password"
          name="currentPassword"
          type="password"
          autoComplete="current-password"
        />
        <NewPasswordField label="New password" name="newPassword" />
      </Form>
    </>
  )
}

function ChangeEmail() {
  const [sentTo, setSentTo] = useState<string | null>(null)
  const request = async (read: ReadField) => {
    const input = { newEmail: read('newEmail'), currentPassword: read('currentPassword') }
    const answer = (await send(RequestEmailChangeDocument, { input })).requestEmailChange
    if (answer?.__typename === 'RequestEmailChangeSuccess') setSentTo(answer.newEmail)
    return problemIn(answer)
  }
  return (
    <>
      <h2>E-mail address</h2>
      <p role="status">
        {sentTo !== null && `If ${sentTo} is free, we sent it a link. Follow it to complete the change.`}
      </p>
      <Form key={sentTo} label="Change address" onSend={request}>
        <Field label="New e-mail" name="newEmail" type="email" autoComplete="email" />
        <Field
          label="Current password"
          name="currentPassword"
          type="password"
          autoComplete="current-password"
        />
      </Form>
    </>
  )
}

function DeleteAccount() {
  const remove = async (read: ReadField) => {
    const input = { currentPassword: read('currentPassword') }
    return problemIn((await send(DeleteAccountDocument, { input })).deleteAccount)
  }
  return (
    <>
      <h2>Delete account</h2>
      <ConfirmForm
        label="Delete account"
        question="This deletes your account and your data for ever. Enter your password to confirm it."
        onSend={remove}
      >
        <Field
          label="Current password"
          name="currentPassword"
          type="password"
          autoComplete="current-password"
        />
      </ConfirmForm>
    </>
  )
}
