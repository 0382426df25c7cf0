import { useState } from 'preact/hooks'
import { CompleteMfaChallengeDocument, type LoginMutation } from '../../clients/documents.ts'
import { askForPasskey } from '../../clients/passkeys.ts'
import { useApp } from '../app-context.ts'
import { Button } from '../design/button.tsx'
import { Card } from '../design/card.tsx'
import { Check } from '../design/field.tsx'
import { Form, type ReadField } from '../design/form.tsx'
import type { Problem } from '../failure.ts'
import { openExpiredPassword } from '../router.tsx'
import type { Session } from '../session.ts'
import { useTexts } from '../texts.ts'
import { CodeField, RecoveryCodeField } from './code-field.tsx'
import { supportsPasskeys } from './supports-passkeys.ts'

/** What `login` returned after the right password. */
export type Challenge = Extract<NonNullable<LoginMutation['login']>, { __typename: 'MfaChallenge' }>

type Method = Challenge['methods'][number]

interface SecondStepProps {
  readonly challenge: Challenge
  readonly onSignedIn: () => void
  readonly onBack: () => void
}

/** The second step of a sign-in: a code, a recovery code or a passkey. */
export function SecondStepCard({ challenge, onSignedIn, onBack }: SecondStepProps) {
  const { session, settings } = useApp()
  const { factors, page } = useTexts()
  const usable = challenge.methods.filter((method) => method !== 'PASSKEY' || supportsPasskeys())
  const [method, setMethod] = useState<Method>(
    usable.find((one) => one !== 'RECOVERY_CODE') ?? 'RECOVERY_CODE',
  )
  const send = async (read: ReadField): Promise<Problem | null> => {
    const proof = await proofOf(method, challenge, read)
    if (proof === null) return { code: 'PASSKEY_CANCELLED' }
    const { completeMfaChallenge: result } = await session.send(CompleteMfaChallengeDocument, {
      input: {
        challengeToken: challenge.challengeToken,
        rememberDevice: read('rememberDevice') !== '',
        ...proof,
      },
    })
    if (result?.__typename === 'PasswordExpired') {
      openExpiredPassword(result.resetToken)
      return null
    }
    if (result?.__typename === 'InvalidTokenProblem') return { code: 'EXPIRED_SIGN_IN' }
    if (result?.__typename !== 'LoginSuccess') return result ?? {}
    onSignedIn()
    session.signedIn()
    return null
  }
  return (
    <Card heading={factors.step.heading} text={textOf(method, factors.step)}>
      <Form
        key={method}
        action={method === 'PASSKEY' ? factors.step.passkey : factors.step.action}
        problemFields={method === 'PASSKEY' ? {} : { INVALID_CODE: method }}
        onSend={send}
      >
        {method === 'TOTP' && <CodeField name="TOTP" />}
        {method === 'RECOVERY_CODE' && <RecoveryCodeField name="RECOVERY_CODE" />}
        {settings.remembersDevices && keepsDevices(session) && (
          <Check label={factors.step.remember} name="rememberDevice" />
        )}
      </Form>
      <div class="form-end">
        {usable
          .filter((other) => other !== method)
          .map((other) => (
            <Button key={other} kind="quiet" onPress={() => setMethod(other)}>
              {choiceOf(other, factors.step)}
            </Button>
          ))}
        <Button kind="quiet" onPress={onBack}>
          {page.backToSignIn}
        </Button>
      </div>
    </Card>
  )
}

/** Without cookies the page could only forget the device with the session. */
function keepsDevices({ auth }: Session): boolean {
  return auth.options.transport !== 'BODY'
}

/** Null if the user cancelled. */
async function proofOf(method: Method, { passkeyOptions }: Challenge, read: ReadField) {
  if (method === 'TOTP') return { code: read('TOTP') }
  if (method === 'RECOVERY_CODE') return { recoveryCode: read('RECOVERY_CODE') }
  const passkey = await askForPasskey(passkeyOptions ?? {})
  return passkey === null ? null : { passkey: { ...passkey } }
}

type StepTexts = ReturnType<typeof useTexts>['factors']['step']

function textOf(method: Method, { codeText, recoveryText, passkeyText }: StepTexts): string {
  if (method === 'TOTP') return codeText
  return method === 'PASSKEY' ? passkeyText : recoveryText
}

function choiceOf(method: Method, { useCode, useRecovery, passkey }: StepTexts): string {
  if (method === 'TOTP') return useCode
  return method === 'PASSKEY' ? passkey : useRecovery
}
