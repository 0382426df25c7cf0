import { useState } from 'preact/hooks'
import {
  type PasskeyFieldsFragment,
  RenamePasskeyDocument,
  SetSecondStepDocument,
} from '../../clients/documents.ts'
import { addPasskey, removePasskey } from '../../clients/passkeys.ts'
import { useApp } from '../app-context.ts'
import { Button } from '../design/button.tsx'
import { Field } from '../design/field.tsx'
import { Form, type ReadField } from '../design/form.tsx'
import { Notice } from '../design/notice.tsx'
import { NewRecoveryCodes } from '../factors/new-recovery-codes.tsx'
import { type Proof, type ProvableProblem, useProof } from '../factors/proof.tsx'
import { supportsPasskeys } from '../factors/supports-passkeys.ts'
import type { Problem } from '../failure.ts'
import { useTexts } from '../texts.ts'
import type { FactorPanelProps } from './factors.tsx'
import { useTime } from './list.tsx'
import { Badge, Panel } from './panel.tsx'

/** The passkeys of the user. */
export function PasskeysPanel({ factors, onChange }: FactorPanelProps) {
  const { session } = useApp()
  const words = useTexts().factors.passkeys
  const proof = useProof()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const [done, setDone] = useState<string | null>(null)
  const add = async (): Promise<ProvableProblem | null> => {
    const result = await addPasskey(session.auth)
    if (result?.__typename !== 'FinishPasskeyRegistrationSuccess')
      return result ?? { code: 'PASSKEY_CANCELLED' }
    setDone(words.added)
    setCodes(result.recoveryCodes ?? null)
    onChange()
    return null
  }
  if (proof.form !== null) return <>{proof.form}</>
  if (codes !== null) return <NewRecoveryCodes codes={codes} onDone={() => setCodes(null)} />
  return (
    <Panel heading={words.heading} text={words.text}>
      <Notice>{done}</Notice>
      {factors.passkeys.length > 0 && (
        <ul class="rows">
          {factors.passkeys.map((passkey) => (
            <li key={passkey.id}>
              <PasskeyRow passkey={passkey} proof={proof} onChange={onChange} />
            </li>
          ))}
        </ul>
      )}
      {supportsPasskeys() ? (
        <Form
          action={words.add}
          kind={factors.passkeys.length === 0 ? 'main' : 'quiet'}
          onSend={() => proof.run(add)}
        />
      ) : (
        <p class="panel-text">{words.unsupported}</p>
      )}
      {factors.passkeys.length > 0 && factors.totp === null && (
        <SecondStepChoice factors={factors} proof={proof} onChange={onChange} onCodes={setCodes} />
      )}
    </Panel>
  )
}

interface SecondStepChoiceProps extends FactorPanelProps {
  readonly proof: Proof
  readonly onCodes: (codes: readonly string[] | null) => void
}

/** With passkeys alone, the user chooses whether the password is enough. */
function SecondStepChoice({ factors, proof, onChange, onCodes }: SecondStepChoiceProps) {
  const { session } = useApp()
  const words = useTexts().factors.passkeys
  const required = !factors.secondStepRequired
  const change = async (): Promise<ProvableProblem | null> => {
    const { setSecondStep: result } = await session.send(SetSecondStepDocument, { input: { required } })
    if (result?.__typename !== 'SetSecondStepSuccess') return result ?? {}
    onCodes(result.recoveryCodes ?? null)
    onChange()
    return null
  }
  return (
    <>
      <p class="panel-text">{required ? words.secondStep : words.secondStepOn}</p>
      <Form action={required ? words.turnOn : words.turnOff} kind="quiet" onSend={() => proof.run(change)} />
    </>
  )
}

interface PasskeyRowProps {
  readonly passkey: PasskeyFieldsFragment
  readonly proof: Proof
  readonly onChange: () => void
}

function PasskeyRow({ passkey, proof, onChange }: PasskeyRowProps) {
  const { session } = useApp()
  const { account, factors } = useTexts()
  const time = useTime()
  const [mode, setMode] = useState<'RENAME' | 'REMOVE' | null>(null)
  const words = factors.passkeys
  const { id: passkeyId, name, provider, backedUp, createdAt, lastUsedAt } = passkey
  const rename = async (read: ReadField): Promise<Problem | null> => {
    const input = { passkeyId, name: read('name') }
    const { renamePasskey: result } = await session.send(RenamePasskeyDocument, { input })
    if (result?.__typename !== 'RenamePasskeySuccess') return result ?? {}
    setMode(null)
    onChange()
    return null
  }
  const remove = async (): Promise<ProvableProblem | null> => {
    const result = await removePasskey(session.auth, passkeyId)
    if (result.__typename !== 'RemovePasskeySuccess') return result
    onChange()
    return null
  }
  const cancel = (
    <Button kind="quiet" onPress={() => setMode(null)}>
      {account.cancel}
    </Button>
  )
  return (
    <div class="row">
      <div class="row-text">
        <p class="row-name">
          {name} {backedUp && <Badge>{words.backedUp}</Badge>}
        </p>
        <p class="row-detail">
          {provider !== null && provider !== name && `${provider} · `}
          {words.createdAt(time(createdAt))} ·{' '}
          {lastUsedAt === null ? words.neverUsed : words.usedAt(time(lastUsedAt))}
        </p>
        {mode === 'REMOVE' && <p class="row-detail">{words.confirmRemove}</p>}
        {mode === 'RENAME' && (
          <Form action={words.save} onSend={rename} aside={cancel}>
            <Field label={words.name} name="name" autoComplete="off" value={name} hint={words.nameHint} />
          </Form>
        )}
      </div>
      {mode === 'REMOVE' && (
        <Form
          action={words.remove}
          name={words.removeOf(name)}
          kind="danger"
          onSend={() => proof.run(remove)}
          aside={cancel}
        />
      )}
      {mode === null && (
        <div class="buttons">
          <Button kind="quiet" name={words.renameOf(name)} onPress={() => setMode('RENAME')}>
            {words.rename}
          </Button>
          <Button kind="quiet" name={words.removeOf(name)} onPress={() => setMode('REMOVE')}>
            {words.remove}
          </Button>
        </div>
      )}
    </div>
  )
}
