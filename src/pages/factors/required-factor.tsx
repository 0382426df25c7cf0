import { useState } from 'preact/hooks'
import {
  CompleteMfaChallengeDocument,
  type LoginMutation,
  StartTotpEnrolmentDocument,
} from '../../clients/documents.ts'
import { addPasskey } from '../../clients/passkeys.ts'
import { Panel } from '../account/panel.tsx'
import { useApp } from '../app-context.ts'
import { Button } from '../design/button.tsx'
import { Card } from '../design/card.tsx'
import { Form } from '../design/form.tsx'
import type { Problem } from '../failure.ts'
import { useTexts } from '../texts.ts'
import { EnrolApp, type Enrolment } from './enrol-app.tsx'
import { NewRecoveryCodes } from './new-recovery-codes.tsx'
import { supportsPasskeys } from './supports-passkeys.ts'

/** What `login` or `register` returned where the policy requires a factor that the account lacks. */
export type RequiredFactor = Extract<
  NonNullable<LoginMutation['login']>,
  { __typename: 'MfaEnrolmentRequired' }
>

/** What the enrolment of a factor returned. */
interface Enrolled {
  readonly challengeToken?: string | null
  readonly recoveryCodes?: readonly string[] | null
}

interface RequiredFactorProps {
  readonly required: Pick<RequiredFactor, 'enrolmentToken' | 'enrollable'>
  readonly onSignedIn: () => void
  readonly onBack: () => void
}

/** Sets up the second factor that the policy requires before the sign-in can be completed. */
export function RequiredFactorCard({ required, onSignedIn, onBack }: RequiredFactorProps) {
  const { enrolmentToken, enrollable } = required
  const { session } = useApp()
  const { factors, page } = useTexts()
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const leave = () => {
    onSignedIn()
    session.signedIn()
  }
  const start = async (): Promise<Problem | null> => {
    const { startTotpEnrolment: result } = await session.send(StartTotpEnrolmentDocument, {
      input: { enrolmentToken },
    })
    if (result?.__typename === 'InvalidTokenProblem') return { code: 'EXPIRED_SIGN_IN' }
    if (result?.__typename !== 'StartTotpEnrolmentSuccess') return result ?? {}
    setEnrolment(result)
    return null
  }
  const startPasskey = async (): Promise<Problem | null> => {
    const result = await addPasskey(session.auth, { enrolmentToken })
    if (result === null) return { code: 'PASSKEY_CANCELLED' }
    if (result.__typename === 'InvalidTokenProblem') return { code: 'EXPIRED_SIGN_IN' }
    return result.__typename === 'FinishPasskeyRegistrationSuccess' ? complete(result) : result
  }
  const complete = async ({ challengeToken, recoveryCodes }: Enrolled): Promise<Problem | null> => {
    if (challengeToken == null) return { code: 'EXPIRED_SIGN_IN' }
    const { completeMfaChallenge: result } = await session.send(CompleteMfaChallengeDocument, {
      input: { challengeToken },
    })
    if (result?.__typename !== 'LoginSuccess') return result ?? {}
    if (recoveryCodes == null) leave()
    else setCodes(recoveryCodes)
    return null
  }
  const back = (
    <Button kind="quiet" onPress={onBack}>
      {page.backToSignIn}
    </Button>
  )
  return (
    <Card heading={factors.enrol.heading} text={codes === null ? factors.enrol.text : undefined}>
      {codes !== null ? (
        <NewRecoveryCodes codes={codes} onDone={leave} />
      ) : enrolment === null ? (
        <>
          {enrollable.includes('TOTP') && (
            <Panel heading={factors.app.heading} text={factors.app.text}>
              <Form action={factors.app.start} onSend={start} />
            </Panel>
          )}
          {enrollable.includes('PASSKEY') && supportsPasskeys() && (
            <Panel heading={factors.passkeys.heading} text={factors.passkeys.text}>
              <Form action={factors.passkeys.add} onSend={startPasskey} />
            </Panel>
          )}
          <div class="form-end">{back}</div>
        </>
      ) : (
        <EnrolApp enrolment={enrolment} enrolmentToken={enrolmentToken} onDone={complete} aside={back} />
      )}
    </Card>
  )
}
