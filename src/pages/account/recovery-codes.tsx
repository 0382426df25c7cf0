import { useState } from 'preact/hooks'
import { RegenerateRecoveryCodesDocument } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Form } from '../design/form.tsx'
import { NewRecoveryCodes } from '../factors/new-recovery-codes.tsx'
import { type ProvableProblem, useProof } from '../factors/proof.tsx'
import { useTexts } from '../texts.ts'
import type { FactorPanelProps } from './factors.tsx'
import { Panel } from './panel.tsx'

/** Says how many recovery codes are left, and generates new ones. */
export function RecoveryCodesPanel({ factors, onChange }: FactorPanelProps) {
  const { session } = useApp()
  const words = useTexts().factors.codes
  const proof = useProof()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const regenerate = async (): Promise<ProvableProblem | null> => {
    const { regenerateRecoveryCodes: result } = await session.send(RegenerateRecoveryCodesDocument, {})
    if (result?.__typename !== 'RegenerateRecoveryCodesSuccess') return result ?? {}
    setCodes(result.recoveryCodes)
    onChange()
    return null
  }
  if (proof.form !== null) return <>{proof.form}</>
  if (codes !== null) return <NewRecoveryCodes codes={codes} onDone={() => setCodes(null)} />
  return (
    <Panel heading={words.heading} text={words.text}>
      <p class="panel-text">
        {words.left(factors.recoveryCodesLeft)} {words.regenerateText}
      </p>
      <Form action={words.regenerate} kind="quiet" onSend={() => proof.run(regenerate)} />
    </Panel>
  )
}
