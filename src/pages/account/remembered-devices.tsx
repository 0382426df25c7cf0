import { ForgetRememberedDevicesDocument } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Form } from '../design/form.tsx'
import type { Problem } from '../failure.ts'
import { useTexts } from '../texts.ts'
import type { FactorPanelProps } from './factors.tsx'
import { Panel } from './panel.tsx'

/** Devices on which the second step is skipped. */
export function RememberedDevicesPanel({ factors, onChange }: FactorPanelProps) {
  const { session } = useApp()
  const words = useTexts().factors.remembered
  const forget = async (): Promise<Problem | null> => {
    const { forgetRememberedDevices: result } = await session.send(ForgetRememberedDevicesDocument, {})
    if (result?.__typename !== 'ForgetRememberedDevicesSuccess') return result ?? {}
    onChange()
    return null
  }
  return (
    <Panel heading={words.heading} text={words.count(factors.rememberedDevices)}>
      <Form action={words.forget} kind="quiet" onSend={forget} />
    </Panel>
  )
}
