import { useState } from 'preact/hooks'
import {
  ChangePasswordDocument,
  type ChangePasswordInput,
  DeleteAccountDocument,
} from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Button } from '../design/button.tsx'
import { Check } from '../design/field.tsx'
import { Form, type ReadField } from '../design/form.tsx'
import { NewPasswordField } from '../design/new-password-field.tsx'
import { Notice } from '../design/notice.tsx'
import { PasswordField, UsernameForManagers } from '../design/password-field.tsx'
import { type ProvableProblem, useProof } from '../factors/proof.tsx'
import { useTexts } from '../texts.ts'
import type { Me } from './account-page.tsx'
import { Panel } from './panel.tsx'
import { sectionsOf } from './sections.ts'

const passwordProblems = {
  INVALID_CREDENTIALS: 'currentPassword',
  WEAK_PASSWORD: 'newPassword',
  PASSWORD_REUSED: 'newPassword',
}

/** The password, and the end of the account. */
export function SecuritySection({ me }: { readonly me: Me }) {
  return (
    <>
      <ChangePassword me={me} />
      <DeleteAccount me={me} />
    </>
  )
}

function ChangePassword({ me }: { readonly me: Me }) {
  const { session } = useApp()
  const { account, fields } = useTexts()
  const [changes, setChanges] = useState(0)
  const proof = useProof()
  const change = async (input: ChangePasswordInput): Promise<ProvableProblem | null> => {
    const { changePassword: result } = await session.send(ChangePasswordDocument, { input })
    if (result?.__typename !== 'ChangePasswordSuccess') return result ?? {}
    setChanges(changes + 1)
    return null
  }
  const send = (read: ReadField) => {
    const input = {
      currentPassword: read('currentPassword'),
      newPassword: read('newPassword'),
      revokeApiKeys: read('revokeApiKeys') !== '',
    }
    return proof.run(() => change(input))
  }
  if (proof.form !== null) return <>{proof.form}</>
  return (
    <Panel heading={account.password.heading} text={account.password.text}>
      <Notice>{changes > 0 ? account.password.done : null}</Notice>
      <Form key={changes} action={account.password.action} problemFields={passwordProblems} onSend={send}>
        <UsernameForManagers value={me.email ?? me.username} />
        <PasswordField
          label={fields.currentPassword}
          name="currentPassword"
          autoComplete="current-password"
        />
        <NewPasswordField label={fields.newPassword} name="newPassword" />
        {sectionsOf(me).includes('keys') && (
          <Check label={account.password.revokeKeys} name="revokeApiKeys" />
        )}
      </Form>
    </Panel>
  )
}

/** Two steps: the form appears only after a first button. */
function DeleteAccount({ me }: { readonly me: Me }) {
  const { session } = useApp()
  const { account, fields } = useTexts()
  const [isOpen, setOpen] = useState(false)
  const words = account.remove
  const proof = useProof()
  const remove = async (currentPassword: string): Promise<ProvableProblem | null> => {
    const { deleteAccount: result } = await session.send(DeleteAccountDocument, {
      input: { currentPassword },
    })
    return result?.__typename === 'DeleteAccountSuccess' ? null : (result ?? {})
  }
  const send = (read: ReadField) => {
    const password = read('currentPassword')
    return proof.run(() => remove(password))
  }
  if (proof.form !== null) return <>{proof.form}</>
  return (
    <Panel heading={words.heading} text={words.text}>
      {isOpen ? (
        <Form
          action={words.action}
          kind="danger"
          problemFields={passwordProblems}
          onSend={send}
          aside={
            <Button kind="quiet" onPress={() => setOpen(false)}>
              {account.cancel}
            </Button>
          }
        >
          <UsernameForManagers value={me.email ?? me.username} />
          <PasswordField
            label={fields.currentPassword}
            name="currentPassword"
            autoComplete="current-password"
            isFocused
          />
        </Form>
      ) : (
        <div>
          <Button kind="quiet" onPress={() => setOpen(true)}>
            {words.start}
          </Button>
        </div>
      )}
    </Panel>
  )
}
