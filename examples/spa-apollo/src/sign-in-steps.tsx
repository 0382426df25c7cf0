import { addPasskey, askForPasskey } from 'gatehouse-client/passkeys'
import {
  type SecondFactorProof,
  type SignInStep,
  type SignInSteps,
  type StartedApp,
  useAuth,
} from 'gatehouse-client/react'
import { useState } from 'react'
import { Field, Form, type Problem, problemIn, type ReadField } from './form.tsx'
import { Page } from './page.tsx'
import { openLinkPage } from './router.tsx'

type StepOf<Name extends SignInStep['__typename']> = Extract<SignInStep, { readonly __typename: Name }>
type Challenge = StepOf<'MfaChallenge'>

const cancelled: Problem = { message: 'Your browser did not provide a passkey. Try again.' }

/** What a sign-in requires after the right password. */
export function SignInStepPage({ steps, step }: { readonly steps: SignInSteps; readonly step: SignInStep }) {
  if (step.__typename === 'MfaChallenge') return <ChallengePage steps={steps} challenge={step} />
  if (step.__typename === 'MfaEnrolmentRequired') return <EnrolmentPage steps={steps} step={step} />
  return <RecoveryCodesPage steps={steps} codes={step.recoveryCodes ?? []} />
}

/** Sends a proof. An expired password leads to the page for a new one. */
async function complete(steps: SignInSteps, proof?: SecondFactorProof): Promise<Problem | null> {
  const result = await steps.complete(proof)
  if (result.resetToken !== undefined) openLinkPage('/reset-password', result.resetToken)
  // AuthProvider notices the new session.
  return result.resetToken === undefined ? problemIn(result) : null
}

const methodLabels = {
  TOTP: 'Use the authenticator app',
  RECOVERY_CODE: 'Use a recovery code',
  PASSKEY: 'Use your passkey',
}

function ChallengePage({ steps, challenge }: { readonly steps: SignInSteps; readonly challenge: Challenge }) {
  const { methods, passkeyOptions } = challenge
  const [method, setMethod] = useState(methods.find((one) => one !== 'RECOVERY_CODE') ?? methods[0])
  const send = async (read: ReadField) => {
    if (method === 'TOTP') return complete(steps, { code: read('code') })
    if (method === 'RECOVERY_CODE') return complete(steps, { recoveryCode: read('recoveryCode') })
    const passkey = await askForPasskey(passkeyOptions ?? {})
    return passkey === null ? cancelled : complete(steps, { passkey })
  }
  return (
    <Page title="Second step">
      {method === undefined ? (
        <p>This account cannot sign in at the moment. Contact an administrator.</p>
      ) : (
        <Form key={method} label={method === 'PASSKEY' ? methodLabels.PASSKEY : 'Continue'} onSend={send}>
          {method === 'TOTP' && (
            <Field label="Code of your authenticator app" name="code" autoComplete="one-time-code" />
          )}
          {method === 'RECOVERY_CODE' && (
            <Field label="Recovery code" name="recoveryCode" autoComplete="off" />
          )}
        </Form>
      )}
      <p className="aside">
        {methods
          .filter((other) => other !== method)
          .map((other) => (
            <button key={other} type="button" className="plain" onClick={() => setMethod(other)}>
              {methodLabels[other]}
            </button>
          ))}
        <CancelButton steps={steps} />
      </p>
    </Page>
  )
}

interface EnrolmentProps {
  readonly steps: SignInSteps
  readonly step: StepOf<'MfaEnrolmentRequired'>
}

/** The policy of the service requires a second factor of the account. */
function EnrolmentPage({ steps, step }: EnrolmentProps) {
  const { client } = useAuth()
  const [app, setApp] = useState<StartedApp | null>(null)
  const startApp = async () => {
    const started = await steps.startApp()
    if (started.secret !== undefined) setApp(started)
    return problemIn(started)
  }
  const registerPasskey = async () => {
    const added = await addPasskey(client, { enrolmentToken: step.enrolmentToken })
    if (steps.begin(added)) return null
    return added === null ? cancelled : problemIn(added)
  }
  const confirm = async (read: ReadField) => problemIn(await steps.confirmApp(read('code')))
  return (
    <Page title="Set up a second step">
      <p>This account requires a second step. Set it up now to continue.</p>
      {app === null ? (
        <>
          {step.enrollable.includes('TOTP') && <Form label="Set up an authenticator app" onSend={startApp} />}
          {step.enrollable.includes('PASSKEY') && <Form label="Add a passkey" onSend={registerPasskey} />}
        </>
      ) : (
        <>
          <p>Scan this picture with your authenticator app, or enter the secret.</p>
          <img
            src={`data:image/svg+xml,${encodeURIComponent(app.qrCodeSvg ?? '')}`}
            alt="QR code"
            width="220"
          />
          <p>
            <code className="secret">{app.secret}</code>
          </p>
          <Form label="Turn on" onSend={confirm}>
            <Field label="Code of your authenticator app" name="code" autoComplete="one-time-code" />
          </Form>
        </>
      )}
      <p className="aside">
        <CancelButton steps={steps} />
      </p>
    </Page>
  )
}

interface RecoveryCodesProps {
  readonly steps: SignInSteps
  readonly codes: readonly string[]
}

/** The codes are shown once. The session begins after that. */
function RecoveryCodesPage({ steps, codes }: RecoveryCodesProps) {
  return (
    <Page title="Recovery codes">
      {codes.length > 0 && <p>Keep these codes in a safe place. They are shown only once.</p>}
      <ol>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <Form label="Continue to your account" onSend={() => complete(steps)} />
    </Page>
  )
}

function CancelButton({ steps }: { readonly steps: SignInSteps }) {
  return (
    <button type="button" className="plain" onClick={steps.cancel}>
      Back to sign-in
    </button>
  )
}
