import { useState } from 'preact/hooks'
import { CreateApiKeyDocument } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Field } from '../design/field.tsx'
import { Form, type ReadField } from '../design/form.tsx'
import { type ProvableProblem, useProof } from '../factors/proof.tsx'
import { useTexts } from '../texts.ts'
import { LifetimeChoice, PermissionChoice, Secret } from './create-key-parts.tsx'
import { Panel } from './panel.tsx'

interface NewKey {
  readonly name: string
  readonly permissions: readonly string[]
  readonly expiresAt: string | null
}

interface CreateKeyProps {
  readonly permissions: readonly string[]
  readonly onCreated: () => void
}

const dayMs = 86_400_000

/** Creates a key. The service may require a proof first; then the same key is requested once more. */
export function CreateKey({ permissions, onCreated }: CreateKeyProps) {
  const { session } = useApp()
  const { account } = useTexts()
  const [secret, setSecret] = useState<string | null>(null)
  const proof = useProof()
  const create = async (key: NewKey): Promise<ProvableProblem | null> => {
    const { createApiKey: result } = await session.send(CreateApiKeyDocument, {
      input: { ...key, permissions: [...key.permissions] },
    })
    if (result?.__typename !== 'CreateApiKeySuccess') return result ?? {}
    setSecret(result.secret)
    onCreated()
    return null
  }
  if (secret !== null) return <Secret secret={secret} onDone={() => setSecret(null)} />
  if (proof.form !== null) return <>{proof.form}</>
  const send = (read: ReadField) => {
    const chosen = permissions.filter((name) => read(`permission ${name}`) !== '')
    if (chosen.length === 0) return Promise.resolve({ issues: [{ path: ['permissions'], code: 'REQUIRED' }] })
    const days = Number(read('days'))
    const expiresAt = days > 0 ? new Date(Date.now() + days * dayMs).toISOString() : null
    const key = { name: read('name'), permissions: chosen, expiresAt }
    return proof.run(() => create(key))
  }
  return (
    <Panel heading={account.keys.createHeading}>
      <Form action={account.keys.action} onSend={send}>
        <Field label={account.keys.name} name="name" autoComplete="off" hint={account.keys.nameHint} />
        <PermissionChoice permissions={permissions} />
        <LifetimeChoice />
      </Form>
    </Panel>
  )
}
