import type { ComponentChildren } from 'preact'
import {
  ConfirmTotpDocument,
  type ConfirmTotpMutation,
  type StartTotpEnrolmentMutation,
} from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Form, type ReadField } from '../design/form.tsx'
import type { Problem } from '../failure.ts'
import { useTexts } from '../texts.ts'
import { CodeField } from './code-field.tsx'

/** The secret of an authenticator app that is not confirmed yet. */
export type Enrolment = Extract<
  NonNullable<StartTotpEnrolmentMutation['startTotpEnrolment']>,
  { __typename: 'StartTotpEnrolmentSuccess' }
>

export type EnrolledApp = Extract<
  NonNullable<ConfirmTotpMutation['confirmTotp']>,
  { __typename: 'ConfirmTotpSuccess' }
>

interface EnrolAppProps {
  readonly enrolment: Enrolment
  /** The token of a sign-in that requires a factor; without it the session is used. */
  readonly enrolmentToken?: string
  /** Content next to the button. */
  readonly aside?: ComponentChildren
  readonly onDone: (app: EnrolledApp) => Promise<Problem | null>
}

/** Shows the secret of an authenticator app, and confirms it by the first code. */
export function EnrolApp({ enrolment, enrolmentToken, aside, onDone }: EnrolAppProps) {
  const { session } = useApp()
  const { app } = useTexts().factors
  const send = async (read: ReadField): Promise<Problem | null> => {
    const { confirmTotp: result } = await session.send(ConfirmTotpDocument, {
      input: { code: read('code'), ...(enrolmentToken !== undefined && { enrolmentToken }) },
    })
    return result?.__typename === 'ConfirmTotpSuccess' ? onDone(result) : (result ?? {})
  }
  const picture = `data:image/svg+xml,${encodeURIComponent(enrolment.qrCodeSvg)}`
  return (
    <>
      <p class="panel-text">{app.scan}</p>
      <img class="qr-code" src={picture} alt={app.qrCode} width="220" height="220" />
      <p class="panel-text">
        {app.manual}: <code class="secret">{enrolment.secret}</code>
      </p>
      <p class="panel-text">{app.confirmText}</p>
      <Form action={app.confirm} problemFields={{ INVALID_CODE: 'code' }} onSend={send} aside={aside}>
        <CodeField name="code" />
      </Form>
    </>
  )
}
