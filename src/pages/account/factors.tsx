import { useEffect, useState } from 'preact/hooks'
import { AuthFactorsDocument, type AuthFactorsQuery } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Notice } from '../design/notice.tsx'
import { Loading, Unreachable } from '../design/waiting.tsx'
import { useTexts } from '../texts.ts'
import { AuthenticatorAppPanel } from './authenticator-app.tsx'
import { useTime } from './list.tsx'
import { PasskeysPanel } from './passkeys.tsx'
import { RecoveryCodesPanel } from './recovery-codes.tsx'
import { RememberedDevicesPanel } from './remembered-devices.tsx'

/** How the user can prove who they are. */
export type Factors = NonNullable<AuthFactorsQuery['authFactors']>

export interface FactorPanelProps {
  readonly factors: Factors
  /** Loads the factors again after a change. */
  readonly onChange: () => void
}

/** The ways to sign in besides the password. */
export function FactorsSection() {
  const { session } = useApp()
  const texts = useTexts().factors
  const time = useTime()
  const [factors, setFactors] = useState<Factors | 'UNREACHABLE' | null>(null)
  const load = () =>
    void session.send(AuthFactorsDocument, {}).then(
      ({ authFactors }) => setFactors(authFactors ?? 'UNREACHABLE'),
      // Loaded again in vain: what is shown stays, such as recovery codes that are shown once.
      () => setFactors((shown) => shown ?? 'UNREACHABLE'),
    )
  useEffect(load, [])
  if (factors === 'UNREACHABLE') return <Unreachable onRetry={load} />
  if (factors === null) return <Loading />
  return (
    <>
      <p class="panel-text">{texts.text}</p>
      <Notice>{factors.enrolBy === null ? null : texts.enrol.by(time(factors.enrolBy))}</Notice>
      <AuthenticatorAppPanel factors={factors} onChange={load} />
      <PasskeysPanel factors={factors} onChange={load} />
      {(factors.secondStepRequired || factors.recoveryCodesLeft > 0) && (
        <RecoveryCodesPanel factors={factors} onChange={load} />
      )}
      {factors.rememberedDevices > 0 && <RememberedDevicesPanel factors={factors} onChange={load} />}
    </>
  )
}
