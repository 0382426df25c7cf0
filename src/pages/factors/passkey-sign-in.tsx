import { useEffect, useRef } from 'preact/hooks'
import { type PasskeySignInOptions, signInWithPasskey } from '../../clients/passkeys.ts'
import { useApp } from '../app-context.ts'
import { Form } from '../design/form.tsx'
import type { Problem } from '../failure.ts'
import { useTexts } from '../texts.ts'
import { supportsPasskeys } from './supports-passkeys.ts'

interface PasskeySignInProps {
  readonly onSignedIn: () => void
  /** Whether another sign-in is being sent: the user is not asked meanwhile. */
  readonly isPaused: boolean
  /** Receives whether a passkey that the user has chosen is being sent: the page must offer no other sign-in meanwhile. */
  readonly onSending: (sends: boolean) => void
}

/** Signs in with a passkey: by a button, or by choosing the passkey in the field of the identifier. */
export function PasskeySignIn({ onSignedIn, isPaused, onSending }: PasskeySignInProps) {
  const { session } = useApp()
  const { factors } = useTexts()
  const place = useRef<HTMLDivElement>(null)
  const asking = useRef<AbortController | null>(null)
  const sending = useRef<Promise<Problem | null> | null>(null)
  /** Asks the user instead of an earlier request, until the page changes. Waits for a passkey that is being sent. */
  const ask = (options: PasskeySignInOptions): Promise<Problem | null> => {
    if (sending.current !== null) return sending.current
    asking.current?.abort()
    asking.current = new AbortController()
    const onChosen = () => {
      sending.current = signedIn
      onSending(true)
      // The form waits for a passkey from the autofill as well, and shows why it was refused.
      place.current?.querySelector('form')?.requestSubmit()
    }
    const signedIn = signIn({ ...options, onChosen, signal: asking.current.signal }).finally(() => {
      if (sending.current !== signedIn) return
      sending.current = null
      onSending(false)
    })
    return signedIn
  }
  const signIn = async (options: PasskeySignInOptions): Promise<Problem | null> => {
    const result = await signInWithPasskey(session.auth, options)
    if (result?.__typename !== 'LoginSuccess') return result ?? { code: 'PASSKEY_CANCELLED' }
    onSignedIn()
    session.signedIn()
    return null
  }
  useEffect(() => {
    if (isPaused) return
    // An offer that the user does not take is silent: the button remains.
    ask({ conditional: true }).catch(() => undefined)
    return () => asking.current?.abort()
  }, [isPaused])
  if (!supportsPasskeys()) return null
  return (
    <div ref={place}>
      <Form action={factors.passkeySignIn} kind="quiet" isPaused={isPaused} onSend={() => ask({})} />
    </div>
  )
}
