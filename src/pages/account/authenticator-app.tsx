import { useState } from 'preact/hooks'
import { RemoveTotpDocument, StartTotpEnrolmentDocument } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Button } from '../design/button.tsx'
import { Form } from '../design/form.tsx'
import { Notice } from '../design/notice.tsx'
import { EnrolApp, type EnrolledApp, type Enrolment } from '../factors/enrol-app.tsx'
import { NewRecoveryCodes } from '../factors/new-recovery-codes.tsx'
import { type ProvableProblem, useProof } from '../factors/proof.tsx'
import type { Problem } from '../failure.ts'
import { useTexts } from '../texts.ts'
import type { FactorPanelProps } from './factors.tsx'
import { useTime } from './list.tsx'
import { Badge, Panel } from './panel.tsx'

/** Sets up and removes the authenticator app. */
export function AuthenticatorAppPanel({ factors: { totp }, onChange }: FactorPanelProps) {
  const { session } = useApp()
  const { account, factors } = useTexts()
  const { app } = factors
  const time = useTime()
  const proof = useProof()
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const [done, setDone] = useState<string | null>(null)

  const start = async (): Promise<ProvableProblem | null> => {
    const { startTotpEnrolment: result } = await session.send(StartTotpEnrolmentDocument, {})
    if (result?.__typename !== 'StartTotpEnrolmentSuccess') return result ?? {}
    setDone(null)
    setEnrolment(result)
    return null
  }
  const remove = async (): Promise<ProvableProblem | null> => {
    const { removeTotp: result } = await session.send(RemoveTotpDocument, {})
    if (result?.__typename !== 'RemoveTotpSuccess') return result ?? {}
    setDone(app.removed)
    onChange()
    return null
  }
  const finish = async ({ recoveryCodes }: EnrolledApp) => {
    setEnrolment(null)
    setDone(app.done)
    setCodes(recoveryCodes ?? null)
    onChange()
    return null
  }
  if (proof.form !== null) return <>{proof.form}</>
  if (codes !== null) return <NewRecoveryCodes codes={codes} onDone={() => setCodes(null)} />
  if (enrolment !== null)
    return (
      <Panel heading={app.heading}>
        <EnrolApp
          enrolment={enrolment}
          onDone={finish}
          aside={
            <Button kind="quiet" onPress={() => setEnrolment(null)}>
              {account.cancel}
            </Button>
          }
        />
      </Panel>
    )
  return (
    <Panel
      heading={app.heading}
      badge={totp === null ? <Badge>{app.off}</Badge> : <Badge kind="good">{app.on}</Badge>}
      text={totp === null ? app.text : app.since(time(totp.confirmedAt))}
    >
      <Notice>{done}</Notice>
      <Form
        action={totp === null ? app.start : app.replace}
        kind={totp === null ? 'main' : 'quiet'}
        onSend={() => proof.run(start)}
      />
      {totp !== null && <Remove onSend={() => proof.run(remove)} />}
    </Panel>
  )
}

/** Two steps: the form appears only after a first button. */
function Remove({ onSend }: { readonly onSend: () => Promise<Problem | null> }) {
  const { account, factors } = useTexts()
  const [isAsking, setAsking] = useState(false)
  if (!isAsking)
    return (
      <div>
        <Button kind="quiet" onPress={() => setAsking(true)}>
          {factors.app.remove}
        </Button>
      </div>
    )
  return (
    <>
      <p class="panel-text">{factors.app.removeText}</p>
      <Form
        action={factors.app.remove}
        kind="danger"
        onSend={onSend}
        aside={
          <Button kind="quiet" onPress={() => setAsking(false)}>
            {account.cancel}
          </Button>
        }
      />
    </>
  )
}
