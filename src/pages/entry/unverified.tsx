import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { ResendVerificationEmailDocument } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Button } from '../design/button.tsx'
import { Card } from '../design/card.tsx'
import { Form } from '../design/form.tsx'
import { Notice } from '../design/notice.tsx'
import type { Problem } from '../failure.ts'
import { useTexts } from '../texts.ts'

interface UnverifiedCardProps {
  readonly email: string
  readonly onBack: () => void
}

/** The address has to be verified before the sign-in. */
export function UnverifiedCard({ email, onBack }: UnverifiedCardProps) {
  const { signIn, page } = useTexts()
  return (
    <Card heading={signIn.unverifiedHeading} text={signIn.unverified(email)}>
      <ResendForm email={email}>
        <Button kind="quiet" onPress={onBack}>
          {page.backToSignIn}
        </Button>
      </ResendForm>
    </Card>
  )
}

interface ResendFormProps {
  readonly email: string
  readonly children?: ComponentChildren
}

/** Sends another mail with a link that verifies the address. */
export function ResendForm({ email, children }: ResendFormProps) {
  const { session } = useApp()
  const { signIn } = useTexts()
  const [isSent, setSent] = useState(false)
  const send = async (): Promise<Problem | null> => {
    setSent(false)
    const { resendVerificationEmail: result } = await session.send(ResendVerificationEmailDocument, {
      input: { email },
    })
    if (result?.__typename !== 'ResendVerificationEmailSuccess') return result ?? {}
    setSent(true)
    return null
  }
  return (
    <>
      <Notice>{isSent ? signIn.resent : null}</Notice>
      <Form action={signIn.resend} kind="quiet" aside={children} onSend={send} />
    </>
  )
}
