import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { ReauthenticateWithDocument, type ReauthenticationMethod } from '../../clients/documents.ts'
import { reauthenticateWithPasskey } from '../../clients/passkeys.ts'
import { Panel } from '../account/panel.tsx'
import { useApp } from '../app-context.ts'
import { Button } from '../design/button.tsx'
import { Form, type ReadField } from '../design/form.tsx'
import { PasswordField } from '../design/password-field.tsx'
import type { Problem } from '../failure.ts'
import type { Session } from '../session.ts'
import { useTexts } from '../texts.ts'
import { CodeField } from './code-field.tsx'
import { supportsPasskeys } from './supports-passkeys.ts'

/** An action that can require recent reauthentication. Returns the problem, or null on success. */
export type Action = () => Promise<ProvableProblem | null>

/** A problem that names the proofs which would solve it, if it is a ReauthenticationRequiredProblem. */
export interface ProvableProblem extends Problem {
  readonly acceptable?: readonly ReauthenticationMethod[]
}

interface Waiting {
  readonly action: Action
  readonly acceptable: readonly ReauthenticationMethod[]
}

export interface Proof {
  /** Runs an action. If it requires a proof, `form` is shown, and the action runs again after it. */
  run(action: Action): Promise<Problem | null>
  /** The form for the proof; null if none is required. */
  readonly form: ComponentChildren
}

/** Lets an action wait until the user has proven who they are. */
export function useProof(): Proof {
  const [waiting, setWaiting] = useState<Waiting | null>(null)
  const run = async (action: Action): Promise<Problem | null> => {
    const problem = await action()
    if (problem === null) setWaiting(null)
    if (problem?.code !== 'REAUTHENTICATION_REQUIRED') return problem
    setWaiting({ action, acceptable: problem.acceptable ?? [] })
    return null
  }
  if (waiting === null) return { run, form: null }
  const { action, acceptable } = waiting
  const form = (
    <ProofForm acceptable={acceptable} onProven={() => run(action)} onCancel={() => setWaiting(null)} />
  )
  return { run, form }
}

interface ProofFormProps {
  readonly acceptable: readonly ReauthenticationMethod[]
  readonly onProven: () => Promise<Problem | null>
  readonly onCancel: () => void
}

const problemFields = { INVALID_CREDENTIALS: 'PASSWORD', INVALID_CODE: 'TOTP' }

function ProofForm({ acceptable, onProven, onCancel }: ProofFormProps) {
  const { session } = useApp()
  const { account, factors, fields } = useTexts()
  const usable = acceptable.filter((one) => one !== 'PASSKEY' || supportsPasskeys())
  const [chosen, setMethod] = useState<ReauthenticationMethod | null>(null)
  const method = chosen !== null && usable.includes(chosen) ? chosen : (usable[0] ?? 'PASSWORD')
  const send = async (read: ReadField): Promise<Problem | null> => {
    const result = await prove(session, method, read)
    if (result?.__typename === 'ReauthenticateSuccess') return onProven()
    return result ?? { code: 'PASSKEY_CANCELLED' }
  }
  const names = { PASSWORD: fields.password, TOTP: factors.app.heading, PASSKEY: factors.step.passkey }
  return (
    <Panel heading={factors.proof.heading} text={factors.proof.text}>
      <Form
        key={method}
        action={method === 'PASSKEY' ? factors.step.passkey : factors.proof.action}
        problemFields={problemFields}
        onSend={send}
        aside={
          <>
            {usable
              .filter((other) => other !== method)
              .map((other) => (
                <Button key={other} kind="quiet" onPress={() => setMethod(other)}>
                  {names[other]}
                </Button>
              ))}
            <Button kind="quiet" onPress={onCancel}>
              {account.cancel}
            </Button>
          </>
        }
      >
        {method === 'PASSWORD' && (
          <PasswordField
            label={fields.currentPassword}
            name="PASSWORD"
            autoComplete="current-password"
            isFocused
          />
        )}
        {method === 'TOTP' && <CodeField name="TOTP" />}
      </Form>
    </Panel>
  )
}

/** The result; null if the user cancelled. */
async function prove(session: Session, method: ReauthenticationMethod, read: ReadField) {
  if (method === 'PASSKEY') return reauthenticateWithPasskey(session.auth)
  const input = method === 'PASSWORD' ? { password: read('PASSWORD') } : { code: read('TOTP') }
  return (await session.send(ReauthenticateWithDocument, { input })).reauthenticateWith
}
